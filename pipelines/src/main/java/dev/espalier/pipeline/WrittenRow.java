package dev.espalier.pipeline;

import dev.espalier.row.Row;

/**
 * A row beside its opening's tokens.
 *
 * @param text see {@link dev.espalier.program.WrittenOpening#text}
 */
record WrittenRow(Row row, long text) {}
