package dev.espalier.jinja;

import java.util.List;
import java.util.Map;

/** The arguments a filter, method or function was given. */
record Given(List<Object> positional, Map<String, Object> named) {

  int count() {
    return positional.size() + named.size();
  }

  /** The argument at {@code index}, which may also be given as {@code name}. */
  Object get(int index, String name, Object otherwise) {
    if (index < positional.size()) {
      return positional.get(index);
    }
    return named.getOrDefault(name, otherwise);
  }

  Object get(int index, String name) {
    Object missing = new Undefined(name);
    Object value = get(index, name, missing);
    if (value == missing) {
      throw new JinjaException("the argument " + name + " is missing");
    }
    return value;
  }

  String string(int index, String name) {
    return Values.string(get(index, name));
  }

  /** The argument as a string; null when it is not given or None. */
  String optionalString(int index, String name) {
    Object value = get(index, name, null);
    return value == null ? null : Values.string(value);
  }

  int integer(int index, String name, int otherwise) {
    return Values.integer(get(index, name, (long) otherwise));
  }

  /** Refuses arguments beyond {@code names} and names that are not among them. */
  Given accepting(String... names) {
    if (positional.size() > names.length || !List.of(names).containsAll(named.keySet())) {
      throw new JinjaException(
          "the arguments " + positional + named.keySet() + " are not supported here");
    }
    return this;
  }
}
