package dev.espalier.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The arguments of a call, unevaluated. */
record Arguments(List<Expression> positional, Map<String, Expression> named) {
  static final Arguments NONE = new Arguments(List.of(), Map.of());

  List<Object> positional(Scope scope) {
    List<Object> values = new ArrayList<>(positional.size());
    for (Expression expression : positional) {
      values.add(expression.evaluate(scope));
    }
    return values;
  }

  Map<String, Object> named(Scope scope) {
    Map<String, Object> values = new LinkedHashMap<>();
    named.forEach((name, expression) -> values.put(name, expression.evaluate(scope)));
    return values;
  }
}
