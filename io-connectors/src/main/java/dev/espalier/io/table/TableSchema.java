package dev.espalier.io.table;

import dev.espalier.io.parquet.StoredType;
import dev.espalier.row.Column;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The columns of a table; {@code error} and {@code trace} come after them.
 *
 * @param id the type of {@code id}
 * @param idMayBeNull whether it may be null
 * @param columns in the order in which they stand in the files
 * @param tokenLogprobs whether {@code trace} has log-probabilities of tokens
 */
record TableSchema(StoredType id, boolean idMayBeNull, List<Stored> columns, boolean tokenLogprobs)
    implements Serializable {

  /** A named column; its values may be null. */
  record Stored(String name, StoredType type) implements Serializable {
    Stored {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(type, "type");
    }
  }

  TableSchema {
    columns = List.copyOf(columns);
    Set<String> names = new HashSet<>(Column.RESERVED);
    for (Stored column : columns) {
      if (!names.add(column.name())) {
        throw new IllegalArgumentException("two columns are named " + column.name());
      }
    }
  }
}
