package dev.espalier.io.table;

import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The columns of a table between {@code id} and {@code error}.
 *
 * @param columns in the order in which they stand in the files
 */
public record TableSchema(List<Column> columns) implements Serializable {

  /** A named column; its values may be null. */
  public record Column(String name, ColumnType type) implements Serializable {
    public Column {
      Objects.requireNonNull(name, "name");
      if (type == ColumnType.UNKNOWN) {
        throw new IllegalArgumentException("column " + name + " needs a type");
      }
    }
  }

  public TableSchema {
    columns = List.copyOf(columns);
    Set<String> names = new HashSet<>(OutputRecord.RESERVED_NAMES);
    for (Column column : columns) {
      if (!names.add(column.name())) {
        throw new IllegalArgumentException("two columns are named " + column.name());
      }
    }
  }
}
