package dev.espalier.io.step;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.espalier.io.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The files of a {@link StepCache}.
 *
 * @param buckets pieces that rows are divided into by their ids
 * @param files in the order in which they were written
 */
record StepIndex(int buckets, List<File> files) implements Serializable {
  /** Of a new cache. */
  static final StepIndex EMPTY = new StepIndex(16, List.of());

  private static final JsonMapper JSON = new JsonMapper();

  /**
   * A file of one bucket, by row and key.
   *
   * @param newest when its newest result was computed, in milliseconds since 1970
   */
  record File(int bucket, String name, long bytes, long newest) implements Serializable {}

  StepIndex {
    files = List.copyOf(files);
  }

  List<File> of(int bucket) {
    return files.stream().filter(file -> file.bucket == bucket).toList();
  }

  /**
   * With what a run wrote, and without the oldest files if it is too large.
   *
   * @param oldest files that have nothing newer go
   */
  StepIndex with(List<StepsWritten> written, long mostBytes, long oldest) {
    Set<String> gone = new HashSet<>();
    List<File> all = new ArrayList<>(files);
    for (StepsWritten bucket : written) {
      gone.addAll(bucket.replaced());
      all.add(new File(bucket.bucket(), bucket.name(), bucket.bytes(), bucket.newest()));
    }
    all.removeIf(file -> gone.contains(file.name) || file.newest < oldest);
    long bytes = all.stream().mapToLong(File::bytes).sum();
    List<File> oldestFirst = new ArrayList<>(all);
    oldestFirst.sort(Comparator.comparingLong(File::newest));
    for (File file : oldestFirst) {
      if (bytes > mostBytes) {
        all.remove(file);
        bytes -= file.bytes;
      }
    }
    return new StepIndex(buckets, all);
  }

  /** The index at {@code path}; of no files if there is none that can be read. */
  static StepIndex read(Storage storage, String path) throws IOException {
    if (storage.find(path).isEmpty()) {
      return EMPTY;
    }
    try (InputStream in = storage.input(path).newStream()) {
      StepIndex index = JSON.readValue(in.readAllBytes(), StepIndex.class);
      return index.buckets < 1 ? EMPTY : index;
    } catch (JsonProcessingException | NullPointerException e) {
      return EMPTY;
    }
  }

  void write(Storage storage, String path) throws IOException {
    String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n";
    storage.write(path, text.getBytes(StandardCharsets.UTF_8));
  }
}
