package dev.espalier.jobs;

import dev.espalier.io.read.BadRow;
import dev.espalier.io.read.InputFormat;
import dev.espalier.io.read.ReadOptions;
import java.util.Locale;

/** How a job reads its input. */
final class InputRows {
  private InputRows() {}

  static ReadOptions options(JobFile.Input input) {
    return options(input, input.path());
  }

  /**
   * @param path that is read for that of the job file
   */
  static ReadOptions options(JobFile.Input input, String path) {
    ReadOptions options = ReadOptions.of(path);
    options = options.withIdFields(input.ids());
    options = options.withIntegerIds(input.idType().equals("int64"));
    if (input.format().isPresent()) {
      options =
          options.withFormat(InputFormat.valueOf(input.format().get().toUpperCase(Locale.ROOT)));
    }
    return options.withBadRow(input.badLines().equals("row") ? BadRow.ERROR_ROW : BadRow.FAIL);
  }
}
