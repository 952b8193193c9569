package dev.espalier.jinja;

import static java.util.Map.entry;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What may stand behind {@code is}. */
final class Predicates {

  /** One test. */
  interface Test {
    boolean holds(Object value, List<Object> arguments);
  }

  static final Map<String, Test> ALL =
      Map.ofEntries(
          entry("defined", (v, a) -> !(v instanceof Undefined)),
          entry("undefined", (v, a) -> v instanceof Undefined),
          entry("none", (v, a) -> v == null),
          entry("string", (v, a) -> v instanceof String),
          entry("boolean", (v, a) -> v instanceof Boolean),
          entry("number", (v, a) -> Values.isNumber(v)),
          entry("integer", (v, a) -> v instanceof Long),
          entry("float", (v, a) -> v instanceof Double),
          entry("mapping", (v, a) -> v instanceof Map),
          entry("sequence", (v, a) -> isCollection(v)),
          entry("iterable", (v, a) -> isCollection(v) || v instanceof Undefined),
          entry("callable", (v, a) -> v instanceof Function),
          entry("true", (v, a) -> Boolean.TRUE.equals(v)),
          entry("false", (v, a) -> Boolean.FALSE.equals(v)),
          entry("odd", (v, a) -> Math.floorMod(Values.integer(v), 2) == 1),
          entry("even", (v, a) -> Math.floorMod(Values.integer(v), 2) == 0),
          entry("divisibleby", (v, a) -> Values.integer(v) % Values.integer(first(a)) == 0),
          entry("lower", (v, a) -> Values.text(v).equals(Values.text(v).toLowerCase(Locale.ROOT))),
          entry("upper", (v, a) -> Values.text(v).equals(Values.text(v).toUpperCase(Locale.ROOT))),
          entry("in", (v, a) -> Values.contains(first(a), v)),
          entry("eq", comparison("==")),
          entry("equalto", comparison("==")),
          entry("==", comparison("==")),
          entry("ne", comparison("!=")),
          entry("!=", comparison("!=")),
          entry("lt", comparison("<")),
          entry("lessthan", comparison("<")),
          entry("<", comparison("<")),
          entry("le", comparison("<=")),
          entry("<=", comparison("<=")),
          entry("gt", comparison(">")),
          entry("greaterthan", comparison(">")),
          entry(">", comparison(">")),
          entry("ge", comparison(">=")),
          entry(">=", comparison(">=")),
          entry("sameas", (v, a) -> v == first(a) || (isPlain(v) && v.equals(first(a)))));

  private Predicates() {}

  private static Test comparison(String operator) {
    return (value, arguments) -> Values.compare(value, operator, first(arguments));
  }

  private static boolean isPlain(Object value) {
    return value instanceof Boolean;
  }

  private static boolean isCollection(Object value) {
    return value instanceof String || value instanceof List || value instanceof Map;
  }

  private static Object first(List<Object> arguments) {
    if (arguments.size() != 1) {
      throw new JinjaException("the test takes one argument, not " + arguments.size());
    }
    return arguments.get(0);
  }
}
