package dev.espalier.io.table;

import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.io.storage.StoredFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes what commits that were cut off have left in a table's directory. */
public final class TableTidying {
  private static final Logger LOG = LoggerFactory.getLogger(TableTidying.class);

  private TableTidying() {}

  /**
   * Removes all that no manifest names and a cut-off commit has left. To be called by the owner of
   * the place's lock, before it writes: from then on no earlier owner, should it wake up, can
   * change the table, since all that it could rename into place is gone.
   */
  public static void tidy(WriteOptions options) throws IOException {
    Storage storage = options.storage().open(options.path());
    TableLayout layout = new TableLayout(options.path());
    storage.delete(layout.temporary());
    removeLeftovers(storage, layout);
    removeAsides(storage, layout);
  }

  /**
   * Removes what the owner of a place's lock has kept aside there, when it has ended, well or not:
   * that of its own number alone, so that it may have been overtaken. What is left where this fails
   * does no harm; the next owner tries again.
   */
  public static void removeOwn(WriteOptions options) {
    for (String table : new HashSet<>(List.of(options.path(), options.home()))) {
      TableLayout layout = new TableLayout(table);
      try {
        options.storage().open(table).delete(layout.temporary(options.writer()));
      } catch (IOException e) {
        LOG.debug("{}: what was kept aside was not removed", table, e);
      }
    }
  }

  /** Whether {@link #tidy} would find something. */
  public static boolean isNeeded(WriteOptions options) throws IOException {
    Storage storage = options.storage().open(options.path());
    TableLayout layout = new TableLayout(options.path());
    return storage.find(layout.temporary()).isPresent()
        || !CommitRecord.paths(storage, layout).isEmpty()
        || !asides(storage, layout).isEmpty();
  }

  /**
   * Removes the files beside a table that were to replace others there, and whose writers were cut
   * off. To be called by the owner of the place's lock while it writes nothing there.
   */
  public static void removeAsides(String table, StorageOptions options) throws IOException {
    removeAsides(options.open(table), new TableLayout(table));
  }

  private static void removeAsides(Storage storage, TableLayout layout) throws IOException {
    for (String aside : asides(storage, layout)) {
      storage.delete(aside);
    }
  }

  /** What {@link Storage#write} leaves where it is cut off. */
  private static List<String> asides(Storage storage, TableLayout layout) throws IOException {
    if (storage.find(layout.own()).isEmpty()) {
      return List.of();
    }
    try {
      return storage.list(layout.own()).stream()
          .filter(file -> !file.directory() && file.name().endsWith(".tmp"))
          .map(StoredFile::path)
          .toList();
    } catch (NoSuchFileException | FileNotFoundException e) {
      return List.of(); // the table has gone just now
    }
  }

  /**
   * Removes the files that records name and the manifest does not, then the records. The records
   * are read first: a commit that ends meanwhile has its manifest in place before its record goes.
   */
  static void removeLeftovers(Storage storage, TableLayout layout) throws IOException {
    var records = CommitRecord.paths(storage, layout);
    Set<String> leftovers = new HashSet<>(CommitRecord.namesOfAll(storage, layout));
    Manifest.readFile(storage, layout.manifest())
        .ifPresent(manifest -> manifest.files().forEach(file -> leftovers.remove(file.name())));
    for (String name : leftovers) {
      storage.delete(layout.file(name));
      storage.delete(layout.kept(name));
    }
    for (String record : records) {
      storage.delete(record);
    }
    removeIfEmpty(storage, layout.commits());
  }

  private static void removeIfEmpty(Storage storage, String directory) throws IOException {
    if (storage.find(directory).isPresent()) {
      for (StoredFile file : storage.list(directory)) {
        if (!file.name().endsWith(".tmp")) {
          return;
        }
      }
      storage.delete(directory);
    }
  }
}
