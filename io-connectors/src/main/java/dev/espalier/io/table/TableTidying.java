package dev.espalier.io.table;

import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StoredFile;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/** Removes what commits that were cut off have left in a table's directory. */
public final class TableTidying {
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
  }

  /** Whether {@link #tidy} would find something. */
  public static boolean isNeeded(WriteOptions options) throws IOException {
    Storage storage = options.storage().open(options.path());
    TableLayout layout = new TableLayout(options.path());
    return storage.find(layout.temporary()).isPresent()
        || !CommitRecord.paths(storage, layout).isEmpty();
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
