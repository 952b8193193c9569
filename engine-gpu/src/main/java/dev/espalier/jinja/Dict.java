package dev.espalier.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Python's dict: in order of insertion, its keys equal as Python's values are. */
final class Dict {
  private final LinkedHashMap<Object, Map.Entry<Object, Object>> entries = new LinkedHashMap<>();

  /** What Python hashes and compares of a key. */
  static Object hashed(Object key) {
    if (key instanceof Boolean truth) {
      return truth ? 1L : 0L;
    }
    if (key instanceof SpelledNumber number) {
      return hashed(number.value());
    }
    if (key instanceof Double number) {
      if (number == Math.rint(number) && !Double.isInfinite(number)) {
        BigInteger whole = new BigDecimal(number).toBigInteger();
        return Numbers.whole(whole);
      }
      return number;
    }
    if (key instanceof Markup markup) {
      return markup.text();
    }
    if (key instanceof Tuple tuple) {
      return tuple.key(0);
    }
    if (key instanceof Undefined undefined) {
      undefined.requireLenient();
      return Undefined.class;
    }
    if (key instanceof Dict || key instanceof ArrayList<?> || isSet(key)) {
      throw new JinjaException(Types.described(key) + " cannot be a key");
    }
    return key;
  }

  private static boolean isSet(Object key) {
    return key instanceof View view && view.kind() != View.Kind.VALUES;
  }

  void put(Object key, Object value) {
    Object hashed = hashed(key);
    Map.Entry<Object, Object> old = entries.get(hashed);
    Object kept = old == null ? key : old.getKey();
    entries.put(hashed, new java.util.AbstractMap.SimpleImmutableEntry<>(kept, value));
  }

  void putAll(Dict other) {
    other.entries().forEach(entry -> put(entry.getKey(), entry.getValue()));
  }

  boolean contains(Object key) {
    return entries.containsKey(hashed(key));
  }

  /** The value, or {@code otherwise} if there is none. */
  Object get(Object key, Object otherwise) {
    Map.Entry<Object, Object> entry = entries.get(hashed(key));
    return entry == null ? otherwise : entry.getValue();
  }

  int size() {
    return entries.size();
  }

  Collection<Map.Entry<Object, Object>> entries() {
    return entries.values();
  }

  List<Object> keys() {
    List<Object> keys = new ArrayList<>(entries.size());
    entries.values().forEach(entry -> keys.add(entry.getKey()));
    return keys;
  }

  List<Object> values() {
    List<Object> values = new ArrayList<>(entries.size());
    entries.values().forEach(entry -> values.add(entry.getValue()));
    return values;
  }

  List<Object> items() {
    List<Object> items = new ArrayList<>(entries.size());
    entries.values().forEach(entry -> items.add(Tuple.of(entry.getKey(), entry.getValue())));
    return items;
  }
}
