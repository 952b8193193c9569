package dev.espalier.io.table;

import dev.espalier.io.parquet.StoredType;
import dev.espalier.row.Column;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of a table's columns before there are rows.
 *
 * @param id the type of the ids
 * @param idMayBeNull whether there may be rows whose id is none of that type: they have null
 * @param included fields of the input, in order
 * @param generated values of the program, in order, after the included ones
 * @param complete whether the program gives no other values than these; if not, further ones become
 *     columns behind them, in the order of their first appearance when rows are read by id
 * @param tokenLogprobs whether {@code trace} has fields for log-probabilities of tokens; if not, it
 *     has them all the same once a row has any
 */
public record TableColumns(
    StoredType id,
    boolean idMayBeNull,
    List<Included> included,
    List<Column> generated,
    boolean complete,
    boolean tokenLogprobs)
    implements Serializable {

  /**
   * A field of the input that becomes a column.
   *
   * @param type empty for the least type that all of its values fit
   */
  public record Included(String name, Optional<StoredType> type) implements Serializable {
    public Included {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(type, "type");
    }

    private Object writeReplace() {
      return new Sent(name, type.orElse(null));
    }

    /** An Optional is not serializable. */
    private record Sent(String name, StoredType type) implements Serializable {
      private Object readResolve() {
        return new Included(name, Optional.ofNullable(type));
      }
    }
  }

  /**
   * @throws IllegalArgumentException if a name is reserved or stands twice
   */
  public TableColumns {
    Objects.requireNonNull(id, "id");
    included = List.copyOf(included);
    generated = List.copyOf(generated);
    Set<String> names = new HashSet<>(Column.RESERVED);
    for (Included column : included) {
      check(column.name(), names);
    }
    for (Column column : generated) {
      check(column.name(), names);
    }
  }

  /** No step is known to ask for log-probabilities of tokens. */
  public TableColumns(
      StoredType id,
      boolean idMayBeNull,
      List<Included> included,
      List<Column> generated,
      boolean complete) {
    this(id, idMayBeNull, included, generated, complete, false);
  }

  public TableColumns withTokenLogprobs(boolean value) {
    return new TableColumns(id, idMayBeNull, included, generated, complete, value);
  }

  /** Ids are text, and all values are found in the rows. */
  public static TableColumns open() {
    return new TableColumns(StoredType.TEXT, false, List.of(), List.of(), false);
  }

  private static void check(String name, Set<String> names) {
    if (!names.add(name)) {
      throw new IllegalArgumentException(
          "the column name \"%s\" is %s"
              .formatted(name, Column.RESERVED.contains(name) ? "reserved" : "used twice"));
    }
  }
}
