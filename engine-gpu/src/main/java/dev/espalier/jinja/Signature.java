package dev.espalier.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The parameters of a filter, a method or a function, as {@code "width fill?"}: names with blanks
 * between, those that may be left out with a question mark. Behind a {@code /} at the beginning
 * they cannot be named.
 */
final class Signature {
  private final List<String> names = new ArrayList<>();
  private final boolean named;
  private int required;

  private Signature(String parameters) {
    this.named = !parameters.startsWith("/");
    for (String parameter : parameters.replace("/", "").split(" ", 0)) {
      if (parameter.endsWith("?")) {
        names.add(parameter.substring(0, parameter.length() - 1));
      } else if (!parameter.isEmpty()) {
        names.add(parameter);
        required++;
      }
    }
  }

  static Signature of(String parameters) {
    return new Signature(parameters);
  }

  Given bind(Arguments arguments) {
    List<Object> positional = arguments.positional();
    if (positional.size() > names.size()) {
      throw new JinjaException(
          "takes at most " + names.size() + " arguments, not " + positional.size());
    }
    Object[] values = new Object[names.size()];
    boolean[] present = new boolean[names.size()];
    for (int i = 0; i < positional.size(); i++) {
      values[i] = positional.get(i);
      present[i] = true;
    }
    for (Map.Entry<String, Object> entry : arguments.named().entrySet()) {
      int index = named ? names.indexOf(entry.getKey()) : -1;
      if (index < 0 || present[index]) {
        throw new JinjaException("does not take the argument " + entry.getKey());
      }
      values[index] = entry.getValue();
      present[index] = true;
    }
    for (int i = 0; i < required; i++) {
      if (!present[i]) {
        throw new JinjaException("needs the argument " + names.get(i));
      }
    }
    return new Given(values, present);
  }
}
