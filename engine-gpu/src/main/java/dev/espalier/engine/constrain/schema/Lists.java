package dev.espalier.engine.constrain.schema;

import java.util.ArrayList;
import java.util.List;

/** Joins lists without copying empty ones. */
final class Lists {
  private Lists() {}

  static <T> List<T> join(List<T> a, List<T> b) {
    if (a.isEmpty() || b.isEmpty()) {
      return a.isEmpty() ? b : a;
    }
    List<T> joined = new ArrayList<>(a);
    joined.addAll(b);
    return List.copyOf(joined);
  }
}
