package dev.espalier.io.table;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.espalier.io.FileProblemException;
import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StoredFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Names of the files that a commit puts into a table's directory or removes from it, written before
 * it touches any of them. As long as the record is there, those that the manifest does not name are
 * leftovers: of a commit under way, or of one that was cut off.
 */
@JsonPropertyOrder({"puts", "removes"})
record CommitRecord(List<String> puts, List<String> removes) {
  private static final JsonMapper JSON = new JsonMapper();

  CommitRecord {
    puts = List.copyOf(puts);
    removes = List.copyOf(removes);
  }

  void write(Storage storage, String path) throws IOException {
    try {
      storage.write(path, JSON.writeValueAsString(this).getBytes(StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record is always JSON", e);
    }
  }

  /** The record at {@code path}; of no names if there is none, since its commit has ended. */
  static CommitRecord read(Storage storage, String path) throws IOException {
    if (storage.find(path).isEmpty()) {
      return new CommitRecord(List.of(), List.of());
    }
    try (InputStream in = storage.input(path).newStream()) {
      return JSON.readValue(in.readAllBytes(), CommitRecord.class);
    } catch (NoSuchFileException | FileNotFoundException e) {
      return new CommitRecord(List.of(), List.of());
    } catch (JsonProcessingException e) {
      throw new FileProblemException(
          path + ": not the record of a commit",
          "Remove it, and files that the manifest does not name",
          e);
    }
  }

  /** The names in all records of a table. */
  static Set<String> namesOfAll(Storage storage, TableLayout layout) throws IOException {
    Set<String> names = new HashSet<>();
    for (String path : paths(storage, layout)) {
      CommitRecord record = read(storage, path);
      names.addAll(record.puts());
      names.addAll(record.removes());
    }
    return names;
  }

  static List<String> paths(Storage storage, TableLayout layout) throws IOException {
    if (storage.find(layout.commits()).isEmpty()) {
      return List.of();
    }
    try {
      return storage.list(layout.commits()).stream()
          .map(StoredFile::path)
          .filter(path -> path.endsWith(".json"))
          .toList();
    } catch (NoSuchFileException | FileNotFoundException e) {
      return List.of(); // the last commit has ended just now
    }
  }
}
