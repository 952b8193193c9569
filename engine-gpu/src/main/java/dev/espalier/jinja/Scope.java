package dev.espalier.jinja;

import java.util.HashMap;
import java.util.Map;

/** The names a piece of a template sees: its own, then those of what surrounds it. */
final class Scope {
  private final Scope outer;
  private final Map<String, Object> names = new HashMap<>();

  private Scope(Scope outer, Variables variables) {
    this.outer = outer;
    this.variables = variables;
  }

  private final Variables variables;

  /** A scope with {@code variables} over the global functions. */
  static Scope of(Variables variables) {
    Scope scope = new Scope(null, variables);
    scope.names.putAll(Globals.FUNCTIONS);
    return scope.inner();
  }

  Scope inner() {
    return new Scope(this, variables);
  }

  Object get(String name) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      if (scope.outer == null) {
        Object given = variables.get(name);
        if (given != Variables.UNDEFINED) {
          return Values.imported(given);
        }
      }
      Object value = scope.names.get(name);
      if (value != null || scope.names.containsKey(name)) {
        return value;
      }
    }
    return new Undefined(name);
  }

  void set(String name, Object value) {
    names.put(name, value);
  }
}
