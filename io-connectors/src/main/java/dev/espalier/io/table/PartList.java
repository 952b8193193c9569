package dev.espalier.io.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.espalier.io.parquet.DigestingOutputFile;
import dev.espalier.io.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What the parts of a table hold, so that a later table can take over a part whose rows are the
 * same without writing it.
 *
 * @param identity of what computed its rows, see {@link WriteOptions#withIdentity}
 * @param parts in their order
 */
record PartList(String identity, List<Part> parts) {
  private static final JsonMapper JSON = new JsonMapper();

  /** Of a place whose parts nobody knows. */
  static final PartList NONE = new PartList("", List.of());

  /**
   * A part.
   *
   * @param name of its file
   * @param content a hash of its rows and of the way they are written
   * @param keptSha256 of the file of its {@link KeptRows}
   */
  record Part(
      String name,
      String content,
      long rows,
      long bytes,
      String sha256,
      String keptSha256,
      SortedMap<String, Long> errors,
      SortedMap<String, Manifest.FirstError> firstErrors) {}

  PartList {
    Objects.requireNonNull(identity, "identity");
    parts = List.copyOf(parts);
  }

  /** The part of this name if it holds this. */
  Optional<Part> find(String name, String content) {
    return parts.stream()
        .filter(part -> part.name.equals(name) && part.content.equals(content))
        .findFirst();
  }

  /** The same parts in files of other names. */
  PartList named(List<String> names) {
    List<Part> renamed = new ArrayList<>();
    for (int i = 0; i < parts.size() && parts.size() == names.size(); i++) {
      Part part = parts.get(i);
      renamed.add(
          new Part(
              names.get(i),
              part.content,
              part.rows,
              part.bytes,
              part.sha256,
              part.keptSha256,
              part.errors,
              part.firstErrors));
    }
    return new PartList(identity, renamed);
  }

  /**
   * A list in its file: parts are taken over with what it says of them, unread.
   *
   * @param check a hash of the list
   */
  private record Stored(String check, PartList list) {
    static Stored of(PartList list) throws JsonProcessingException {
      byte[] text = JSON.writeValueAsBytes(list);
      return new Stored(HexFormat.of().formatHex(DigestingOutputFile.sha256().digest(text)), list);
    }
  }

  /** The list of a table; of no parts if there is none that is whole. */
  static PartList read(Storage storage, TableLayout layout) throws IOException {
    String path = layout.parts();
    if (storage.find(path).isEmpty()) {
      return NONE;
    }
    try (InputStream in = storage.input(path).newStream()) {
      Stored stored = JSON.readValue(in.readAllBytes(), Stored.class);
      return stored.equals(Stored.of(stored.list)) ? stored.list : NONE;
    } catch (JsonProcessingException | NullPointerException e) {
      return NONE; // its parts are written again
    }
  }

  void write(Storage storage, TableLayout layout) throws IOException {
    String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(Stored.of(this)) + "\n";
    storage.write(layout.parts(), text.getBytes(StandardCharsets.UTF_8));
  }
}
