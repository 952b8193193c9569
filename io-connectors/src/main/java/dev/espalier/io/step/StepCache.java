package dev.espalier.io.step;

import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.io.storage.StoredFile;
import dev.espalier.row.StepRecord;
import java.io.Closeable;
import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Results of steps in a directory, by the rows that asked for them. Rows are divided into buckets
 * by their ids; a run adds a file to each bucket that it has results for, and joins the files of a
 * bucket when they are many. An index, replaced at once, says which files there are. Damage and
 * loss cost time alone: each result carries a hash of its own.
 *
 * @param directory made by the first run that writes
 * @param index as it was when the run began
 * @param mostBytes of all files; beyond them the oldest go
 * @param age after which a result goes, counted from when it was computed
 */
public record StepCache(
    String directory, StorageOptions storage, StepIndex index, long mostBytes, Duration age)
    implements Serializable {
  /** Files of a bucket that are read together at most. */
  static final int MOST_FILES = 8;

  /**
   * Opens a cache.
   *
   * @param mostBytes see {@link #mostBytes()}
   */
  public static StepCache open(
      String directory, StorageOptions storage, long mostBytes, Duration age) throws IOException {
    StepIndex index = StepIndex.read(storage.open(directory), indexPath(directory));
    return new StepCache(directory, storage, index, mostBytes, age);
  }

  private static String indexPath(String directory) {
    return Storage.child(directory, "index.json");
  }

  public int buckets() {
    return index.buckets();
  }

  public boolean isEmpty() {
    return index.files().isEmpty();
  }

  /** The bucket of a row, from 0. */
  public int bucketOf(String rowId) {
    return Math.floorMod(rowId.hashCode(), index.buckets());
  }

  String path(String name) {
    return Storage.child(directory, name);
  }

  MergedSteps merged(int bucket) throws IOException {
    Storage files = storage.open(directory);
    List<StepFile> opened = new ArrayList<>();
    for (StepIndex.File file : index.of(bucket)) {
      opened.add(StepFile.open(files, path(file.name())));
    }
    return new MergedSteps(opened);
  }

  /** Reads a bucket. */
  public Reader reader(int bucket) throws IOException {
    return new Reader(merged(bucket));
  }

  /** Finds the steps of rows that are asked for in their order. For one thread. */
  public static final class Reader implements Closeable {
    private final MergedSteps steps;

    private Reader(MergedSteps steps) {
      this.steps = steps;
    }

    /**
     * The steps of a row; none if nothing is known of it.
     *
     * @param rowId after the one that was asked for before, by {@link String#compareTo}
     */
    public List<StepRecord> of(String rowId) {
      List<StepRecord> found = new ArrayList<>();
      steps.seek(rowId);
      Optional<StepFile.Step> step = steps.peek();
      while (step.isPresent() && step.get().row().equals(rowId)) {
        found.add(step.get().record());
        steps.next();
        step = steps.peek();
      }
      return found;
    }

    @Override
    public void close() throws IOException {
      steps.close();
    }
  }

  /**
   * Adds what a run wrote, and removes files that nobody needs any more. To be called by the owner
   * of the table's lock.
   *
   * @param now in milliseconds since 1970
   */
  public void add(List<StepsWritten> written, long now) throws IOException {
    Storage files = storage.open(directory);
    StepIndex next = index.with(written, mostBytes, now - age.toMillis());
    if (!next.equals(index)) {
      next.write(files, indexPath(directory));
    }
    if (files.find(directory).isEmpty()) {
      return;
    }
    Set<String> needed = new HashSet<>();
    next.files().forEach(file -> needed.add(file.name()));
    for (StoredFile file : files.list(directory)) {
      boolean isOurs = file.name().endsWith(".parquet") || file.name().endsWith(".tmp");
      if (isOurs && !needed.contains(file.name())) {
        files.delete(file.path());
      }
    }
  }
}
