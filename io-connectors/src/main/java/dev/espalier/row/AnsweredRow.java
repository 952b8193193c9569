package dev.espalier.row;

import java.util.Objects;

/** A row and what became of it. */
public record AnsweredRow(Row row, RowOutcome outcome) {
  public AnsweredRow {
    Objects.requireNonNull(row, "row");
    if (!row.id().equals(outcome.id())) {
      throw new IllegalArgumentException(
          "the outcome of row " + outcome.id() + " cannot answer row " + row.id());
    }
  }
}
