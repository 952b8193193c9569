package dev.espalier.io.read;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.espalier.io.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the file system told of the files of an input when their rows were read, and what these rows
 * were: a file that still looks the same need not be read to know its content.
 *
 * @param format of this list, {@link #FORMAT}
 */
public record InputList(int format, List<Entry> files) {
  private static final int FORMAT = 1;

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /**
   * A file.
   *
   * @param label see {@link SourceFile#label}
   * @param place a hash of its path
   * @param bytes its length
   * @param version see {@link SourceFile#version}
   * @param rows how many it holds
   * @param sum of their hashes
   */
  public record Entry(
      String label, String place, long bytes, String version, long rows, String sum) {
    private boolean looksLike(SourceFile file) {
      return !version.isEmpty()
          && bytes == file.bytes()
          && version.equals(file.version())
          && place.equals(placeOf(file));
    }
  }

  public InputList {
    if (format != FORMAT) {
      throw new IllegalArgumentException("format " + format + " is unknown; this is " + FORMAT);
    }
    files = List.copyOf(files);
  }

  /**
   * The list of files that were read; empty if other files were read than {@code files}.
   *
   * @param sums of the rows of each, by label
   */
  public static Optional<InputList> of(List<SourceFile> files, Map<String, RowSum> sums) {
    List<Entry> entries = new ArrayList<>();
    for (SourceFile file : files) {
      RowSum sum = sums.get(file.label());
      if (sum == null) {
        return Optional.empty();
      }
      entries.add(
          new Entry(
              file.label(), placeOf(file), file.bytes(), file.version(), sum.rows(), sum.digits()));
    }
    return entries.size() == sums.size()
        ? Optional.of(new InputList(FORMAT, entries))
        : Optional.empty();
  }

  /** The sums of those of {@code files} that look as they did when they were read, by label. */
  public Map<String, RowSum> known(List<SourceFile> files) {
    Map<String, Entry> entries = byLabel();
    Map<String, RowSum> known = new HashMap<>();
    for (SourceFile file : files) {
      Entry entry = entries.get(file.label());
      if (entry != null && entry.looksLike(file)) {
        known.put(file.label(), RowSum.of(entry.rows, entry.sum));
      }
    }
    return known;
  }

  private Map<String, Entry> byLabel() {
    Map<String, Entry> entries = new HashMap<>();
    files.forEach(entry -> entries.put(entry.label, entry));
    return entries;
  }

  /** Whether one of {@code files} was of another length when it was read. */
  public boolean hasOtherLength(List<SourceFile> files) {
    Map<String, Entry> entries = byLabel();
    return files.stream()
        .anyMatch(
            file -> {
              Entry entry = entries.get(file.label());
              return entry != null
                  && entry.place.equals(placeOf(file))
                  && entry.bytes != file.bytes();
            });
  }

  /** The list that {@link #write} put at {@code path}; empty if there is none that can be read. */
  public static Optional<InputList> read(Storage storage, String path) throws IOException {
    if (storage.find(path).isEmpty()) {
      return Optional.empty();
    }
    try (InputStream in = storage.input(path).newStream()) {
      InputList list = JSON.readValue(in.readAllBytes(), InputList.class);
      list.files.forEach(entry -> RowSum.of(entry.rows, entry.sum));
      return Optional.of(list);
    } catch (JsonProcessingException | IllegalArgumentException | NullPointerException e) {
      return Optional.empty(); // what it would tell is read from the files
    }
  }

  public void write(Storage storage, String path) throws IOException {
    String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n";
    storage.write(path, text.getBytes(StandardCharsets.UTF_8));
  }

  private static String placeOf(SourceFile file) {
    byte[] path = file.path().getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(Sha256.digest().digest(path), 0, 8);
  }
}
