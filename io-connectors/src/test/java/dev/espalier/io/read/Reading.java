package dev.espalier.io.read;

import dev.espalier.io.storage.StorageOptions;
import dev.espalier.row.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads inputs without a pipeline. */
final class Reading {
  private Reading() {}

  static List<Row> all(ReadOptions options) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (SourceFile file : SourceFiles.list(options).files()) {
      for (InputSplit split : InputSplit.of(file, options)) {
        try (RowReader reader = RowReader.open(split, options)) {
          for (Optional<Row> row = reader.next(); row.isPresent(); row = reader.next()) {
            rows.add(row.get());
          }
        }
      }
    }
    return rows;
  }

  static ReadOptions options(Path path) {
    return ReadOptions.of(path.toString()).withStorage(StorageOptions.defaults());
  }
}
