package dev.espalier.eval.metric;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a task file gives beside the name of a filter or metric, read by its kind. */
final class NamedArguments {
  private final String filter;
  private final Map<String, Object> given;
  private final Set<String> read = new HashSet<>();

  NamedArguments(String filter, Map<String, Object> given) {
    this.filter = filter;
    this.given = given;
  }

  Object value(String name) {
    read.add(name);
    return given.get(name);
  }

  Object value(String name, Object otherwise) {
    read.add(name);
    return given.containsKey(name) ? given.get(name) : otherwise;
  }

  String text(String name, String otherwise) {
    Object value = value(name, otherwise);
    if (value instanceof String text) {
      return text;
    }
    throw wrong(name, "a text");
  }

  int integer(String name, Integer otherwise) {
    Object value = value(name, otherwise);
    if (value instanceof Number number
        && number.doubleValue() == number.intValue()
        && !(value instanceof Double)) {
      return number.intValue();
    }
    throw wrong(name, "an integer");
  }

  boolean flag(String name) {
    Object value = value(name, false);
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw wrong(name, "true or false");
  }

  Map<?, ?> map(String name) {
    Object value = value(name, Map.of());
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw wrong(name, "a mapping");
  }

  List<String> texts(String name) {
    Object value = value(name);
    if (value == null) {
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    if (value instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
      list.forEach(text -> texts.add((String) text));
      return texts;
    }
    throw wrong(name, "a list of texts");
  }

  /** Refuses what was given and not read. */
  void refuseOthers() {
    Set<String> others = new HashSet<>(given.keySet());
    others.removeAll(read);
    if (!others.isEmpty()) {
      throw new IllegalArgumentException(
          filter
              + " has no argument "
              + Filters.names(others)
              + (read.isEmpty() ? "" : "; it has " + Filters.names(read)));
    }
  }

  private IllegalArgumentException wrong(String name, String kind) {
    return new IllegalArgumentException(filter + ": " + name + " must be " + kind);
  }
}
