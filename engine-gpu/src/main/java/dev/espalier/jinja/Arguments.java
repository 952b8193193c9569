package dev.espalier.jinja;

import java.util.List;
import java.util.Map;

/** The values that a function, a filter or a test is called with. */
record Arguments(List<Object> positional, Map<String, Object> named) {
  static final Arguments NONE = new Arguments(List.of(), Map.of());

  static Arguments of(Object... positional) {
    return new Arguments(java.util.Arrays.asList(positional), Map.of());
  }

  /** Those behind the first {@code count}. */
  Arguments from(int count) {
    return new Arguments(positional.subList(count, positional.size()), named);
  }
}
