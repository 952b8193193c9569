package dev.espalier.pipeline;

import dev.espalier.engine.TokenSequence;
import dev.espalier.prefix.Opening;
import dev.espalier.row.Row;
import java.util.Objects;

/**
 * A row and the tokens its program writes before it asks the model.
 *
 * @param tokens see {@link dev.espalier.program.RowRunner#opening}
 */
record TracedRow(Row row, TokenSequence tokens) {
  TracedRow {
    Objects.requireNonNull(row, "row");
    Objects.requireNonNull(tokens, "tokens");
  }

  Opening opening() {
    return new Opening(tokens, row.id());
  }
}
