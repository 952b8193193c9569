package dev.espalier.pipeline;

import dev.espalier.row.Row;
import dev.espalier.row.StepRecord;
import java.util.List;

/**
 * A row beside its opening's tokens.
 *
 * @param text see {@link dev.espalier.program.WrittenOpening#text}
 * @param known see {@link TracedRow#known}
 */
record WrittenRow(Row row, long text, List<StepRecord> known) {
  WrittenRow {
    known = List.copyOf(known);
  }
}
