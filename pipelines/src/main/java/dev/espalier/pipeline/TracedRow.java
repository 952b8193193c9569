package dev.espalier.pipeline;

import dev.espalier.engine.TokenSequence;
import dev.espalier.prefix.Opening;
import dev.espalier.program.WrittenOpening;
import dev.espalier.row.Row;
import java.util.Objects;

/**
 * A row and the tokens its program writes before it asks the model.
 *
 * @param tokens see {@link dev.espalier.program.RowRunner#opening}
 * @param text see {@link WrittenOpening#text}
 */
record TracedRow(Row row, TokenSequence tokens, long text) {
  TracedRow {
    Objects.requireNonNull(row, "row");
    Objects.requireNonNull(tokens, "tokens");
  }

  TracedRow(Row row, TokenSequence tokens) {
    this(row, tokens, WrittenOpening.UNKNOWN);
  }

  WrittenOpening written() {
    return new WrittenOpening(tokens, text);
  }

  Opening opening() {
    return new Opening(tokens, row.id());
  }
}
