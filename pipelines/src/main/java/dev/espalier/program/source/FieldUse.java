package dev.espalier.program.source;

import java.util.List;

/**
 * A place where a program file reads a field of the row.
 *
 * @param path the field, and fields in it: of {@code row.a.b}, {@code [a, b]}
 * @param place such as {@code triage.yaml:3:7}
 * @param mayBeMissing whether the program says what to do without it, as {@code default} does
 */
public record FieldUse(List<String> path, String place, boolean mayBeMissing) {
  public FieldUse {
    path = List.copyOf(path);
  }
}
