package dev.espalier.jinja;

import java.util.LinkedHashMap;
import java.util.Map;

/** What {@code namespace()} makes: attributes that loops may set for their surroundings. */
final class Namespace {
  private final Map<String, Object> attributes;

  Namespace(Map<String, Object> attributes) {
    this.attributes = new LinkedHashMap<>(attributes);
  }

  Object get(String name) {
    return attributes.containsKey(name) ? attributes.get(name) : new Undefined(name);
  }

  void set(String name, Object value) {
    attributes.put(name, value);
  }
}
