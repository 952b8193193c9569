package dev.espalier.jobs;

import dev.espalier.io.read.BadRow;
import dev.espalier.io.read.InputFormat;
import dev.espalier.io.read.InputRecord;
import dev.espalier.io.read.ReadOptions;
import dev.espalier.row.Row;
import dev.espalier.row.RowError;
import java.util.Locale;

/** The input of a job, and its records as the rows that programs see. */
final class InputRows {
  private InputRows() {}

  static ReadOptions options(JobFile.Input input) {
    ReadOptions options = ReadOptions.of(input.path());
    if (input.id().isPresent()) {
      options = options.withIdField(input.id().get());
    }
    if (input.format().isPresent()) {
      options =
          options.withFormat(InputFormat.valueOf(input.format().get().toUpperCase(Locale.ROOT)));
    }
    return options.withBadRow(input.badLines().equals("row") ? BadRow.ERROR_ROW : BadRow.FAIL);
  }

  static Row row(InputRecord record) {
    return new Row(
        record.id(),
        record.fields(),
        record.error().map(error -> new RowError(error.code(), error.message(), "")));
  }
}
