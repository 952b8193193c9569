package dev.espalier.pipeline;

import dev.espalier.row.Encoding;
import dev.espalier.row.Row;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;

/** One thing known of a row id: the row itself, or how it finished before. */
record KnownRow(Optional<Row> row, Optional<FinishedRow> finished) {
  KnownRow {
    if (row.isPresent() == finished.isPresent()) {
      throw new IllegalArgumentException("either the row or its end is known, not both");
    }
  }

  static KnownRow of(Row row) {
    return new KnownRow(Optional.of(row), Optional.empty());
  }

  static KnownRow of(FinishedRow finished) {
    return new KnownRow(Optional.empty(), Optional.of(finished));
  }

  String id() {
    return row.map(Row::id).orElseGet(() -> finished.orElseThrow().outcome().id());
  }

  /** The id of the row in the bytes of {@link Coders#KNOWN}: the first after the kind. */
  static String idOf(byte[] record) throws IOException {
    return Encoding.readText(new ByteArrayInputStream(record, 1, record.length - 1));
  }
}
