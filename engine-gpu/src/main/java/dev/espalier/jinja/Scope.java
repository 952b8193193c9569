package dev.espalier.jinja;

import java.util.HashMap;
import java.util.Map;

/** The names a piece of a template sees: its own, then those of what surrounds it. */
final class Scope {
  private final Scope outer;
  private final Map<String, Object> names = new HashMap<>();

  private Scope(Scope outer) {
    this.outer = outer;
  }

  /** A scope with {@code variables} over the global functions. */
  static Scope of(Map<String, Object> variables) {
    Scope scope = new Scope(null);
    scope.names.putAll(Globals.FUNCTIONS);
    scope.names.putAll(variables);
    return scope.inner();
  }

  Scope inner() {
    return new Scope(this);
  }

  Object get(String name) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
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
