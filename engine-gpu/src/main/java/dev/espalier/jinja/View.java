package dev.espalier.jinja;

import java.util.List;

/** What {@code keys}, {@code values} and {@code items} of a dict give. */
record View(Kind kind, Dict dict) {
  enum Kind {
    KEYS,
    VALUES,
    ITEMS
  }

  List<Object> list() {
    return switch (kind) {
      case KEYS -> dict.keys();
      case VALUES -> dict.values();
      case ITEMS -> dict.items();
    };
  }

  String typeName() {
    return switch (kind) {
      case KEYS -> "dict_keys";
      case VALUES -> "dict_values";
      case ITEMS -> "dict_items";
    };
  }
}
