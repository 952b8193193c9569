package dev.espalier.pipeline;

import dev.espalier.engine.TokenSequence;
import dev.espalier.prefix.Opening;
import dev.espalier.program.WrittenOpening;
import dev.espalier.row.Row;
import dev.espalier.row.StepRecord;
import java.util.List;
import java.util.Objects;

/**
 * A row and the tokens its program writes before it asks the model.
 *
 * @param tokens see {@link dev.espalier.program.RowRunner#opening}
 * @param text see {@link WrittenOpening#text}
 * @param known results of steps that earlier runs had for the row
 */
record TracedRow(Row row, TokenSequence tokens, long text, List<StepRecord> known) {
  TracedRow {
    Objects.requireNonNull(row, "row");
    Objects.requireNonNull(tokens, "tokens");
    known = List.copyOf(known);
  }

  TracedRow(Row row, TokenSequence tokens) {
    this(row, tokens, WrittenOpening.UNKNOWN);
  }

  TracedRow(Row row, TokenSequence tokens, long text) {
    this(row, tokens, text, List.of());
  }

  TracedRow recalling(List<StepRecord> steps) {
    return steps.isEmpty() ? this : new TracedRow(row, tokens, text, steps);
  }

  WrittenOpening written() {
    return new WrittenOpening(tokens, text);
  }

  Opening opening() {
    return new Opening(tokens, row.id());
  }
}
