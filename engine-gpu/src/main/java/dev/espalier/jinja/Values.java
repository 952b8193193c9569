package dev.espalier.jinja;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Python's ideas of truth, equality, order and text. */
final class Values {
  private Values() {}

  /** The value of a variable as templates know it: whole numbers as {@link Long}. */
  static Object imported(Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> copy = new LinkedHashMap<>();
      map.forEach((key, item) -> copy.put(imported(key), imported(item)));
      return copy;
    }
    if (value instanceof List<?> list) {
      List<Object> copy = new ArrayList<>(list.size());
      list.forEach(item -> copy.add(imported(item)));
      return copy;
    }
    if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
      return ((Number) value).longValue();
    }
    if (value instanceof Float number) {
      return number.doubleValue();
    }
    if (value == null
        || value instanceof String
        || value instanceof Boolean
        || value instanceof Long
        || value instanceof Double) {
      return value;
    }
    throw new IllegalArgumentException("a template has no value of " + value.getClass());
  }

  static boolean isTrue(Object value) {
    if (value instanceof Boolean truth) {
      return truth;
    }
    if (value instanceof String text) {
      return !text.isEmpty();
    }
    if (value instanceof Number number) {
      return number.doubleValue() != 0;
    }
    if (value instanceof List<?> list) {
      return !list.isEmpty();
    }
    if (value instanceof Map<?, ?> map) {
      return !map.isEmpty();
    }
    return value != null && !(value instanceof Undefined);
  }

  /**
   * @param operator one of {@code == != < <= > >= in not in}
   */
  static boolean compare(Object left, String operator, Object right) {
    return switch (operator) {
      case "==" -> areEqual(left, right);
      case "!=" -> !areEqual(left, right);
      case "<" -> order(left, right) < 0;
      case "<=" -> order(left, right) <= 0;
      case ">" -> order(left, right) > 0;
      case ">=" -> order(left, right) >= 0;
      case "in" -> contains(right, left);
      case "not in" -> !contains(right, left);
      default -> throw new IllegalArgumentException(operator);
    };
  }

  static boolean areEqual(Object left, Object right) {
    if (isNumber(left) && isNumber(right)) {
      return number(left).doubleValue() == number(right).doubleValue();
    }
    if (left instanceof List<?> a && right instanceof List<?> b) {
      if (a.size() != b.size() || a instanceof Tuple != b instanceof Tuple) {
        return false;
      }
      for (int i = 0; i < a.size(); i++) {
        if (!areEqual(a.get(i), b.get(i))) {
          return false;
        }
      }
      return true;
    }
    if (left instanceof Map<?, ?> a && right instanceof Map<?, ?> b) {
      return a.keySet().equals(b.keySet())
          && a.keySet().stream().allMatch(key -> areEqual(a.get(key), b.get(key)));
    }
    if (left instanceof Undefined && right instanceof Undefined) {
      return true;
    }
    return Objects.equals(left, right);
  }

  static int order(Object left, Object right) {
    if (isNumber(left) && isNumber(right)) {
      return Double.compare(number(left).doubleValue(), number(right).doubleValue());
    }
    if (left instanceof String a && right instanceof String b) {
      return Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());
    }
    requireDefined(left, right);
    throw new JinjaException(typeName(left) + " and " + typeName(right) + " have no order");
  }

  static boolean contains(Object container, Object item) {
    if (container instanceof String text) {
      return text.contains(string(item));
    }
    if (container instanceof Map<?, ?> map) {
      return map.containsKey(item);
    }
    return items(container).stream().anyMatch(element -> areEqual(element, item));
  }

  /** What a loop over {@code value} sees. */
  static List<?> items(Object value) {
    if (value instanceof List<?> list) {
      return list;
    }
    if (value instanceof Map<?, ?> map) {
      return new ArrayList<>(map.keySet());
    }
    if (value instanceof String text) {
      return text.codePoints().mapToObj(Character::toString).toList();
    }
    if (value instanceof Undefined) {
      return List.of();
    }
    throw new JinjaException(typeName(value) + " has no items");
  }

  static int length(Object value) {
    return value instanceof String text ? PythonText.length(text) : items(value).size();
  }

  static boolean isNumber(Object value) {
    return value instanceof Number || value instanceof Boolean;
  }

  /** A number; booleans are 0 and 1. */
  static Number number(Object value) {
    if (value instanceof Boolean truth) {
      return truth ? 1L : 0L;
    }
    if (value instanceof Number number) {
      return number;
    }
    requireDefined(value);
    throw new JinjaException(typeName(value) + " is no number");
  }

  static int integer(Object value) {
    if (number(value) instanceof Long number && number.intValue() == number) {
      return number.intValue();
    }
    throw new JinjaException(value + " is no whole number of 32 bits");
  }

  static String string(Object value) {
    if (value instanceof String text) {
      return text;
    }
    requireDefined(value);
    throw new JinjaException(typeName(value) + " is no string");
  }

  static void requireDefined(Object... values) {
    for (Object value : values) {
      if (value instanceof Undefined undefined) {
        throw undefined.error();
      }
    }
  }

  static String typeName(Object value) {
    if (value == null) {
      return "None";
    }
    if (value instanceof Undefined) {
      return "an undefined value";
    }
    if (value instanceof String) {
      return "a string";
    }
    if (value instanceof Boolean) {
      return "a boolean";
    }
    if (value instanceof Number) {
      return "a number";
    }
    if (value instanceof List<?>) {
      return "a list";
    }
    return value instanceof Map<?, ?> ? "a mapping" : "an object";
  }

  /** What {@code str(value)} gives. */
  static String text(Object value) {
    if (value instanceof String text) {
      return text;
    }
    return value instanceof Undefined ? "" : represented(value);
  }

  /** What {@code repr(value)} gives. */
  static String represented(Object value) {
    if (value == null) {
      return "None";
    }
    if (value instanceof Boolean truth) {
      return truth ? "True" : "False";
    }
    if (value instanceof Double number) {
      return PythonNumbers.text(number);
    }
    if (value instanceof Long) {
      return value.toString();
    }
    if (value instanceof String text) {
      return PythonText.quoted(text);
    }
    if (value instanceof Tuple tuple) {
      String end = tuple.size() == 1 ? ",)" : ")";
      return tuple.stream().map(Values::represented).collect(Collectors.joining(", ", "(", end));
    }
    if (value instanceof List<?> list) {
      return list.stream().map(Values::represented).collect(Collectors.joining(", ", "[", "]"));
    }
    if (value instanceof Undefined) {
      return "Undefined";
    }
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(e -> represented(e.getKey()) + ": " + represented(e.getValue()))
          .collect(Collectors.joining(", ", "{", "}"));
    }
    throw new JinjaException(typeName(value) + " cannot be printed");
  }
}
