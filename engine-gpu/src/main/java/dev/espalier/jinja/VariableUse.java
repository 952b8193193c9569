package dev.espalier.jinja;

import java.util.List;

/**
 * A place where a template reads a name that it does not give a value itself.
 *
 * @param name such as {@code row}
 * @param path the attributes and constant string keys that follow: of {@code row.a['b'].c}, and of
 *     the call {@code row.a.b.c.upper()}, it is {@code [a, b, c]}
 * @param line of the name, from 1
 * @param column of the name in code points, from 1
 * @param mayBeUndefined whether the use is all that {@code default}, {@code is defined} or {@code
 *     is undefined} stands behind, so that an undefined value is no error there
 */
public record VariableUse(
    String name, List<String> path, int line, int column, boolean mayBeUndefined) {
  public VariableUse {
    path = List.copyOf(path);
  }

  /** As a template writes it: {@code row.a.b}. */
  public String text() {
    return path.isEmpty() ? name : name + "." + String.join(".", path);
  }
}
