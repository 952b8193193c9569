package dev.espalier.pipeline;

/** Two rows of the input have one id; outputs, resumption and shards need ids to be unique. */
public final class DuplicateRowException extends RuntimeException {
  private final String rowId;

  DuplicateRowException(String rowId) {
    super(
        "two rows have the id \""
            + rowId
            + "\"; name a field whose values are unique as the id, or remove the repeated row");
    this.rowId = rowId;
  }

  public String rowId() {
    return rowId;
  }
}
