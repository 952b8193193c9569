package dev.espalier.io.parquet;

import org.apache.parquet.column.ColumnDescriptor;

/** Carries what is wrong with a column through the decoders, which declare no exceptions. */
public final class DamagedColumnException extends RuntimeException {
  private final String column;

  DamagedColumnException(ColumnDescriptor column, DamagedException cause) {
    super(cause.getMessage(), cause);
    this.column = String.join(".", column.getPath());
  }

  /** The column's path, with dots. */
  public String column() {
    return column;
  }
}
