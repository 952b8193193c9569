package dev.espalier.jobs;

import dev.espalier.io.read.BadRow;
import dev.espalier.io.read.ReadOptions;
import dev.espalier.io.read.RecordScan;
import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.io.table.Manifest;
import dev.espalier.row.Row;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads a table row by row: the files that its manifest names, so never two tables at once. */
final class TableScan {
  private TableScan() {}

  /** Hands every row to {@code rows}, in no order; a directory without a manifest is read whole. */
  static void forEach(String table, StorageOptions storage, Consumer<Row> rows) throws IOException {
    Optional<Manifest> manifest = Manifest.read(table, storage);
    if (manifest.isEmpty()) {
      RecordScan.forEach(options(table, storage), rows);
      return;
    }
    for (Manifest.DataFile file : manifest.get().files()) {
      // A row of the input that could not be read may have no id; nothing can be compared with it.
      RecordScan.forEach(
          options(Storage.child(table, file.name()), storage).withBadRow(BadRow.ERROR_ROW),
          row -> {
            if (row.error().isEmpty()) {
              rows.accept(row);
            }
          });
    }
  }

  private static ReadOptions options(String path, StorageOptions storage) {
    return ReadOptions.of(path).withIdField("id").withStorage(storage);
  }
}
