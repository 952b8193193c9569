package dev.espalier.jinja;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;

/** What may stand behind {@code is}. */
final class Predicates {
  private interface Body {
    boolean holds(Object value, Given given, Rendering rendering);
  }

  /** One test. */
  record Predicate(Signature signature, Body body) {}

  static final Map<String, Predicate> ALL = new HashMap<>();

  static {
    add("defined", "", (v, g, r) -> !(v instanceof Undefined));
    add("undefined", "", (v, g, r) -> v instanceof Undefined);
    add("none", "", (v, g, r) -> v == null);
    add("boolean", "", (v, g, r) -> v instanceof Boolean);
    add("true", "", (v, g, r) -> Boolean.TRUE.equals(v));
    add("false", "", (v, g, r) -> Boolean.FALSE.equals(v));
    add("string", "", (v, g, r) -> Types.isText(v));
    add("number", "", (v, g, r) -> Types.isNumber(v));
    add("integer", "", (v, g, r) -> Types.isWhole(v) && !(v instanceof Boolean));
    add("float", "", (v, g, r) -> Types.isFloat(v));
    add("mapping", "", (v, g, r) -> v instanceof Dict);
    add("sequence", "", (v, g, r) -> isSequence(v));
    add("iterable", "", (v, g, r) -> Iteration.isIterable(v) || isIterable(v));
    add("callable", "", (v, g, r) -> v instanceof Function || v instanceof Undefined);
    add("escaped", "", (v, g, r) -> v instanceof Markup);
    add("odd", "", (v, g, r) -> Numbers.areEqual(remainder(v, 2L, r), 1L));
    add("even", "", (v, g, r) -> Numbers.areEqual(remainder(v, 2L, r), 0L));
    add("divisibleby", "num", (v, g, r) -> Comparison.areEqual(remainder(v, g.get(0), r), 0L, r));
    add("lower", "", (v, g, r) -> CharacterKinds.isCase(Repr.text(v, r), false));
    add("upper", "", (v, g, r) -> CharacterKinds.isCase(Repr.text(v, r), true));
    add("in", "seq", (v, g, r) -> Comparison.contains(g.get(0), v, r));
    add("filter", "", (v, g, r) -> isName(v) && Filters.of(r.settings).containsKey(Types.text(v)));
    add("test", "", (v, g, r) -> isName(v) && exists(Types.text(v)));
    add("sameas", "other", (v, g, r) -> areSame(v, g.get(0)));
    comparison("==", "==", "eq", "equalto");
    comparison("!=", "!=", "ne");
    comparison("<", "<", "lt", "lessthan");
    comparison("<=", "<=", "le");
    comparison(">", ">", "gt", "greaterthan");
    comparison(">=", ">=", "ge");
  }

  private Predicates() {}

  private static void add(String name, String parameters, Body body) {
    ALL.put(name, new Predicate(Signature.of(parameters), body));
  }

  private static void comparison(String operator, String... names) {
    for (String name : names) {
      add(name, "/ other", (v, g, r) -> Comparison.holds(operator, v, g.get(0), r));
    }
  }

  private static boolean exists(String name) {
    return ALL.containsKey(name);
  }

  static boolean apply(String name, Object value, Arguments arguments, Rendering rendering) {
    Predicate predicate = ALL.get(name);
    if (predicate == null) {
      throw new JinjaException("there is no test named '" + name + "'");
    }
    return predicate.body.holds(value, predicate.signature.bind(arguments), rendering);
  }

  private static Object remainder(Object value, Object divisor, Rendering rendering) {
    Object rest = Arithmetic.apply("%", value, divisor, rendering);
    if (Types.isText(rest)) {
      return BigInteger.ZERO.subtract(BigInteger.ONE); // A format, which equals no number.
    }
    return rest;
  }

  private static boolean isName(Object value) {
    Dict.hashed(value); // Python looks it up among the names.
    return Types.isText(value);
  }

  private static boolean isSequence(Object value) {
    return Types.isText(value)
        || value instanceof java.util.List<?>
        || value instanceof Dict
        || (value instanceof Undefined undefined && !undefined.isStrict());
  }

  private static boolean isIterable(Object value) {
    if (value instanceof Undefined undefined) {
      undefined.requireLenient();
      return true;
    }
    return false;
  }

  /** Identity, which Python has for few values that can be told from outside. */
  private static boolean areSame(Object left, Object right) {
    if (left == right) {
      return true;
    }
    return (left instanceof Boolean && left.equals(right))
        || (left instanceof Long a && a >= -5 && a <= 256 && a.equals(right));
  }
}
