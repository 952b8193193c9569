package dev.espalier.io.journal;

import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.io.storage.StorageUse;
import dev.espalier.io.storage.StoredFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;

/**
 * A directory of segments, each written by one {@link JournalWriter} and never changed afterwards.
 * Any number of writers and readers may use it at the same time, in any number of processes.
 *
 * @param directory made by the first writer
 */
public record Journal(String directory, StorageOptions storage) implements Serializable {
  private static final String SEGMENT_SUFFIX = ".segment";

  public Journal {
    Objects.requireNonNull(directory, "directory");
    Objects.requireNonNull(storage, "storage");
  }

  /** A writer with a segment of its own, which is made when the first record is. */
  public JournalWriter writer() throws IOException {
    return new JournalWriter(storage.open(directory), directory, JournalLimits.DEFAULTS);
  }

  /**
   * Reads every whole record: in no order between segments, and a key as often as it was written.
   *
   * @return what was found, whole or not
   */
  public JournalSummary read(BiConsumer<String, byte[]> records) throws IOException {
    JournalSummary summary = JournalSummary.EMPTY;
    for (String segment : segments()) {
      summary = summary.plus(readSegment(segment, records));
    }
    return summary;
  }

  /** Whether anything was ever appended and not removed. */
  public boolean exists() throws IOException {
    return storage.open(directory).find(directory).isPresent();
  }

  /** The length of all segments. */
  public long bytes() throws IOException {
    Storage files = storage.open(directory);
    long bytes = 0;
    for (String segment : segments()) {
      bytes += files.find(segment).map(StoredFile::length).orElse(0L);
    }
    return bytes;
  }

  /**
   * Removes the journal with all it holds. To be called when nothing reads it any more: the table
   * is complete and the job that wrote it has ended.
   */
  public void delete() throws IOException {
    storage.open(directory).delete(directory);
  }

  /** Paths of the segments there are now; none if there is no journal. */
  List<String> segments() throws IOException {
    Storage files = storage.open(directory);
    if (files.find(directory).isEmpty()) {
      return List.of();
    }
    return files.list(directory).stream()
        .filter(file -> file.name().endsWith(SEGMENT_SUFFIX))
        .map(StoredFile::path)
        .toList();
  }

  @SuppressWarnings("try") // the use lasts as long as the reader
  JournalSummary readSegment(String path, BiConsumer<String, byte[]> records) throws IOException {
    try (StorageUse use = StorageUse.begin();
        SegmentReader reader = SegmentReader.open(storage.open(path), path)) {
      while (reader.next()) {
        records.accept(reader.key(), reader.payload());
      }
      return reader.summary();
    } catch (NoSuchFileException | FileNotFoundException e) {
      return JournalSummary.EMPTY; // deleted since it was listed: the table is complete
    }
  }

  static String segmentPath(String directory, String name) {
    return Storage.child(directory, name + SEGMENT_SUFFIX);
  }
}
