package dev.espalier.io.table;

import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOutput;
import dev.espalier.io.storage.StoredFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Moves a complete table to another directory of its file system. Can be done again. */
public final class TableTakeover {
  private TableTakeover() {}

  /** Copies all that belongs to a table, its manifest last. */
  public static void copy(String from, String to, Storage storage) throws IOException {
    TableLayout old = new TableLayout(from);
    TableLayout layout = new TableLayout(to);
    storage.delete(to); // of a try that was cut off
    Manifest manifest = Manifest.readFile(storage, old.manifest()).orElseThrow();
    List<Manifest.DataFile> files = manifest.files();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      names.add(TableLayout.shardName(i, files.size(), 0));
      storage.copy(old.file(files.get(i).name()), layout.file(names.get(i)));
      copyIfThere(storage, old.kept(files.get(i).name()), layout.kept(names.get(i)));
    }
    copyIfThere(storage, old.input(), layout.input());
    PartList.read(storage, old).named(names).write(storage, layout);
    try (StorageOutput out = storage.create(layout.manifest())) {
      out.write(manifest.ofFirstGeneration(names).toJson());
    }
  }

  private static void copyIfThere(Storage storage, String from, String to) throws IOException {
    if (storage.find(from).isPresent()) {
      storage.copy(from, to);
    }
  }

  /** Removes a table that was copied, its manifest first. */
  public static void remove(String table, Storage storage) throws IOException {
    TableLayout layout = new TableLayout(table);
    Optional<Manifest> manifest = Manifest.readFile(storage, layout.manifest());
    if (manifest.isEmpty()) {
      return;
    }
    List<String> names = manifest.get().files().stream().map(Manifest.DataFile::name).toList();
    // As long as the manifest is there this is done again, then a record tells whose the parts are.
    storage.delete(layout.input());
    storage.delete(layout.parts());
    String record = layout.commit("takeover");
    new CommitRecord(List.of(), names).write(storage, record);
    storage.delete(layout.manifest());
    for (String name : names) {
      storage.delete(layout.file(name));
      storage.delete(layout.kept(name));
    }
    storage.delete(record);
    for (StoredFile file : storage.list(layout.own())) {
      if (file.name().equals("commit") && storage.list(file.path()).isEmpty()) {
        storage.delete(file.path());
      }
    }
  }
}
