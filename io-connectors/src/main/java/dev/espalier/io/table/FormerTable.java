package dev.espalier.io.table;

import dev.espalier.io.FileProblemException;
import dev.espalier.io.read.BadRow;
import dev.espalier.io.read.ReadOptions;
import dev.espalier.io.read.RecordScan;
import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOptions;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The table before, with whose rows those of a new one are compared. */
final class FormerTable {
  private static final Logger LOG = LoggerFactory.getLogger(FormerTable.class);

  private final StorageOptions storage;
  private final String path;
  private final List<Manifest.DataFile> files;

  private FormerTable(StorageOptions storage, String path, List<Manifest.DataFile> files) {
    this.storage = storage;
    this.path = path;
    this.files = List.copyOf(files);
  }

  /** That of a table that is written; without parts if there was none. */
  static FormerTable of(WriteOptions options) throws IOException {
    Optional<Manifest> manifest =
        options.former().isEmpty()
            ? Optional.empty()
            : Manifest.read(options.former().get(), options.storage());
    return new FormerTable(
        options.storage(),
        options.former().orElse(""),
        manifest.map(Manifest::files).orElse(List.of()));
  }

  int parts() {
    return files.size();
  }

  /** Gets rows. */
  @FunctionalInterface
  interface Sink {
    void accept(FormerRow row) throws IOException;
  }

  /** Hands on the rows of a part; one whose record is damaged may come twice, once unknown. */
  void forEach(int part, Sink rows) throws IOException {
    Manifest.DataFile file = files.get(part);
    long known =
        KeptRows.forEach(
            storage,
            new TableLayout(path).kept(file.name()),
            kept -> rows.accept(new FormerRow(kept.id(), kept.content())));
    if (known < file.rows()) {
      ids(Storage.child(path, file.name()), rows);
    }
  }

  /** The table itself tells which rows there were, where records of them are damaged. */
  private void ids(String file, Sink rows) throws IOException {
    ReadOptions options =
        ReadOptions.of(file)
            .withIdField("id")
            .withBadRow(BadRow.ERROR_ROW) // a row of the input without an id has none
            .withStorage(storage);
    try {
      RecordScan.forEach(
          options,
          row -> {
            if (row.error().isEmpty()) {
              accept(new FormerRow(row.id(), ""), rows);
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (FileProblemException | NoSuchFileException | FileNotFoundException e) {
      LOG.warn("{}: its rows count as new", file, e);
    }
  }

  private static void accept(FormerRow row, Sink rows) {
    try {
      rows.accept(row);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
