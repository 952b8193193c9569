package dev.espalier.jinja;

import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Python's ideas of truth, equality and order. */
final class Comparison {
  private Comparison() {}

  static boolean isTrue(Object value) {
    if (value instanceof Boolean truth) {
      return truth;
    }
    if (value == null) {
      return false;
    }
    if (value instanceof String text) {
      return !text.isEmpty();
    }
    if (Types.isNumber(value)) {
      return !Numbers.isZero(value);
    }
    if (value instanceof List<?> list) {
      return !list.isEmpty();
    }
    if (value instanceof Dict dict) {
      return dict.size() > 0;
    }
    if (value instanceof Markup markup) {
      return !markup.text().isEmpty();
    }
    if (value instanceof View view) {
      return view.dict().size() > 0;
    }
    if (value instanceof Undefined undefined) {
      undefined.requireLenient();
      return false;
    }
    return !(value instanceof Loop loop) || loop.length() > 0;
  }

  /**
   * @param operator one of {@code == != < <= > >= in not in}
   */
  static boolean holds(String operator, Object left, Object right, Rendering rendering) {
    return switch (operator) {
      case "==" -> areEqual(left, right, rendering);
      case "!=" -> !areEqual(left, right, rendering);
      case "in" -> contains(right, left, rendering);
      case "not in" -> !contains(right, left, rendering);
      default -> isOrdered(operator, left, right, rendering);
    };
  }

  static boolean areEqual(Object left, Object right, Rendering rendering) {
    if (left instanceof Undefined undefined) {
      undefined.requireLenient();
      if (right instanceof Undefined other) {
        other.requireLenient();
        return true;
      }
      return false;
    }
    if (right instanceof Undefined undefined) {
      undefined.requireLenient();
      return false;
    }
    if (Types.isText(left) && Types.isText(right)) {
      String text = Types.text(left);
      rendering.step(text.length() / 256);
      return text.equals(Types.text(right));
    }
    if (Types.isNumber(left) && Types.isNumber(right)) {
      return Numbers.areEqual(left, right);
    }
    if (left == right) {
      return true;
    }
    rendering.enter();
    try {
      return areEqualItems(left, right, rendering);
    } finally {
      rendering.leave();
    }
  }

  private static boolean areEqualItems(Object left, Object right, Rendering rendering) {
    if ((Types.isList(left) && Types.isList(right))
        || (left instanceof Tuple && right instanceof Tuple)
        || (left instanceof Range && right instanceof Range)) {
      List<?> a = (List<?>) left;
      List<?> b = (List<?>) right;
      // Only tuples look at their items when their lengths differ, which shows if one is undefined.
      boolean mayBeEqual = a.size() == b.size() || left instanceof Tuple;
      return mayBeEqual && firstDifference(a, b, rendering) == a.size() && a.size() == b.size();
    }
    if (left instanceof Dict a && right instanceof Dict b) {
      if (a.size() != b.size()) {
        return false;
      }
      for (Map.Entry<Object, Object> entry : a.entries()) {
        Object other = b.get(entry.getKey(), Frame.MISSING);
        if (other == Frame.MISSING || !areSame(entry.getValue(), other, rendering)) {
          return false;
        }
      }
      return true;
    }
    if (left instanceof View a && right instanceof View b && a.kind() != View.Kind.VALUES) {
      List<Object> others = b.list();
      return b.kind() != View.Kind.VALUES
          && a.dict().size() == others.size()
          && a.list().stream().allMatch(item -> containsItem(others, item, rendering));
    }
    return false;
  }

  /** Equality as containers ask for it: what is the same object is equal. */
  private static boolean areSame(Object left, Object right, Rendering rendering) {
    return (left == right && !(left instanceof Double)) || areEqual(left, right, rendering);
  }

  private static int firstDifference(List<?> a, List<?> b, Rendering rendering) {
    int count = Math.min(a.size(), b.size());
    for (int i = 0; i < count; i++) {
      rendering.step(1);
      if (!areSame(a.get(i), b.get(i), rendering)) {
        return i;
      }
    }
    return count;
  }

  private static boolean isOrdered(
      String operator, Object left, Object right, Rendering rendering) {
    if (Types.isNumber(left) && Types.isNumber(right)) {
      return Numbers.isOrdered(operator, left, right);
    }
    if (left instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (right instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (Types.isText(left) && Types.isText(right)) {
      String a = Types.text(left);
      rendering.step(a.length() / 64);
      return matches(operator, byCodePoints(a, Types.text(right)));
    }
    if ((Types.isList(left) && Types.isList(right))
        || (left instanceof Tuple && right instanceof Tuple)) {
      List<?> a = (List<?>) left;
      List<?> b = (List<?>) right;
      rendering.enter();
      int at = firstDifference(a, b, rendering);
      boolean ordered =
          at < Math.min(a.size(), b.size())
              ? isOrdered(operator, a.get(at), b.get(at), rendering)
              : matches(operator, Integer.compare(a.size(), b.size()));
      rendering.leave();
      return ordered;
    }
    throw new JinjaException(
        Types.described(left) + " and " + Types.described(right) + " have no order");
  }

  static boolean isLess(Object left, Object right, Rendering rendering) {
    return isOrdered("<", left, right, rendering);
  }

  static boolean matches(String operator, int order) {
    return switch (operator) {
      case "<" -> order < 0;
      case "<=" -> order <= 0;
      case ">" -> order > 0;
      case ">=" -> order >= 0;
      default -> throw new IllegalArgumentException(operator);
    };
  }

  private static int byCodePoints(String a, String b) {
    int count = Math.min(a.length(), b.length());
    for (int i = 0; i < count; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        boolean pairs = Character.isSurrogate(x) != Character.isSurrogate(y);
        return pairs ? (Character.isSurrogate(x) ? 1 : -1) : Character.compare(x, y);
      }
    }
    return Integer.compare(a.length(), b.length());
  }

  static boolean contains(Object container, Object item, Rendering rendering) {
    if (Types.isText(container)) {
      String part = Types.requireText(item);
      Search.count(Types.text(container), part, rendering);
      return Types.text(container).contains(part);
    }
    if (container instanceof Dict dict) {
      return dict.contains(item);
    }
    if (container instanceof View view && view.kind() == View.Kind.KEYS) {
      return view.dict().contains(item);
    }
    if (container instanceof View view && view.kind() == View.Kind.ITEMS) {
      if (!(item instanceof Tuple pair) || pair.size() != 2) {
        return false;
      }
      Object value = view.dict().get(pair.get(0), Frame.MISSING);
      return value != Frame.MISSING && areSame(value, pair.get(1), rendering);
    }
    if (!Iteration.isIterable(container) && !(container instanceof Undefined)) {
      throw new JinjaException(Types.described(container) + " has no items to look among");
    }
    Iterator<Object> items = Iteration.of(container, rendering);
    while (items.hasNext()) {
      rendering.step(1);
      if (areSame(items.next(), item, rendering)) {
        return true;
      }
    }
    return false;
  }

  static boolean containsItem(List<Object> items, Object item, Rendering rendering) {
    rendering.items(items.size() / 8);
    return items.stream().anyMatch(other -> areSame(other, item, rendering));
  }
}
