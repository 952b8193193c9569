package dev.espalier.io.read;

import dev.espalier.row.Row;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads an input in this process, one row after the other, in the order of its files. */
public final class RecordScan {
  private RecordScan() {}

  /**
   * Hands every row to {@code rows}.
   *
   * @throws dev.espalier.io.FileProblemException if a file is not what it should be
   */
  public static void forEach(ReadOptions options, Consumer<Row> rows) throws IOException {
    for (SourceFile file : SourceFiles.list(options).files()) {
      try (RowReader reader = RowReader.open(InputSplit.whole(file), options)) {
        for (Optional<Row> row = reader.next(); row.isPresent(); row = reader.next()) {
          rows.accept(row.get());
        }
      }
    }
  }
}
