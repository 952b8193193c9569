package dev.espalier.io.table;

import dev.espalier.row.Encoding;
import dev.espalier.row.RecordCoder;

/**
 * A row of the table before.
 *
 * @param content see {@link KeptRows.Kept#content}; empty if nobody knows it
 */
record FormerRow(String id, String content) {
  static final RecordCoder<FormerRow> CODER =
      RecordCoder.of(
          FormerRow.class,
          (row, out) -> {
            Encoding.writeText(row.id, out);
            Encoding.writeText(row.content, out);
          },
          in -> new FormerRow(Encoding.readText(in), Encoding.readText(in)));
}
