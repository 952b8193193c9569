package dev.espalier.row;

import java.io.Serializable;
import java.util.Objects;
import java.util.Set;

/**
 * A column that a program gives to every table it makes, whichever steps a row takes.
 *
 * @param name of the value; with those of calls and forks before it, as in {@code judge/score}
 * @param type of the value; of a value in a fork, a list of it, one item a branch
 */
public record Column(String name, ValueType type) implements Serializable {
  /** Names of the columns that every table has. */
  public static final Set<String> RESERVED = Set.of("id", "error", "trace");

  public Column {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
  }
}
