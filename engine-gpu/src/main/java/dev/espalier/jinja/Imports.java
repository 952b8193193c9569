package dev.espalier.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Values on their way into a template and out of it. */
final class Imports {
  private Imports() {}

  static Object imported(Object value, Rendering rendering) {
    if (value == null
        || value instanceof String
        || value instanceof Boolean
        || value instanceof Long
        || value instanceof Double
        || value instanceof SpelledNumber) {
      return value;
    }
    if (value instanceof BigInteger number) {
      return Numbers.whole(number);
    }
    if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
      return ((Number) value).longValue();
    }
    if (value instanceof Float number) {
      return Double.parseDouble(number.toString());
    }
    if (value instanceof BigDecimal number) {
      return new SpelledNumber(number.toPlainString(), number.doubleValue());
    }
    if (value instanceof OnDemand given) {
      return new Dict(given, rendering);
    }
    rendering.enterItems();
    Object imported = importedItems(value, rendering);
    rendering.leaveItems();
    return imported;
  }

  private static Object importedItems(Object value, Rendering rendering) {
    if (value instanceof Map<?, ?> map) {
      rendering.items(map.size() / 16);
      Dict dict = new Dict();
      map.forEach((key, item) -> dict.put(imported(key, rendering), imported(item, rendering)));
      return dict;
    }
    if (value instanceof List<?> list) {
      rendering.items(list.size() / 16);
      ArrayList<Object> copy = new ArrayList<>(list.size());
      list.forEach(item -> copy.add(imported(item, rendering)));
      return value instanceof Tuple ? new Tuple(copy) : copy;
    }
    throw new IllegalArgumentException("a template has no value of " + value.getClass());
  }

  /**
   * What {@link JinjaExpression#evaluate} returns.
   *
   * @throws JinjaException if the value has no such form
   */
  static Object exported(Object value, Rendering rendering) {
    if (value instanceof Markup markup) {
      return markup.text();
    }
    if (value instanceof Undefined undefined) {
      undefined.requireLenient();
      return null;
    }
    rendering.enterItems();
    try {
      if (value instanceof Dict dict) {
        rendering.items(dict.size());
        Map<Object, Object> map = new LinkedHashMap<>();
        dict.entries()
            .forEach(
                entry ->
                    map.put(
                        exported(entry.getKey(), rendering),
                        exported(entry.getValue(), rendering)));
        return map;
      }
      if (value instanceof List<?> || value instanceof View || value instanceof Generator) {
        List<Object> copy = new ArrayList<>();
        Iteration.list(value, rendering).forEach(item -> copy.add(exported(item, rendering)));
        return copy;
      }
    } finally {
      rendering.leaveItems();
    }
    if (value instanceof Function
        || value instanceof Namespace
        || value instanceof Cycler
        || value instanceof Joiner) {
      throw new JinjaException(Types.described(value) + " is no value outside of templates");
    }
    return value;
  }
}
