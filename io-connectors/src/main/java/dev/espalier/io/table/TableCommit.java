package dev.espalier.io.table;

import dev.espalier.io.FileProblemException;
import dev.espalier.io.lock.PlaceLock;
import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns temporary shards into a table. A record of what is to happen is written, the shards are
 * renamed to names that nothing has, the rename of the manifest switches to them, and the files of
 * the table that was there before go. So at every moment there is no table, the old one whole or
 * the new one whole, and no file is ever changed: a reader that has opened the old one's files
 * reads on.
 *
 * <p>A commit that was cut off can be done again, by the same attempt or by another one of the same
 * job, also at the same time: both write the same bytes. With a lock ({@link
 * WriteOptions#withFence}) all that is renamed comes from a directory of this owner, which the next
 * owner deletes before it does anything else: one that was paused finds nothing to rename, however
 * late it looks.
 */
final class TableCommit {
  private static final Logger LOG = LoggerFactory.getLogger(TableCommit.class);

  private final WriteOptions options;
  private final TableLayout layout;
  private final Storage storage;

  TableCommit(WriteOptions options) throws IOException {
    this(options, options.storage().open(options.path()));
  }

  TableCommit(WriteOptions options, Storage storage) {
    this.options = options;
    this.layout = new TableLayout(options.path());
    this.storage = storage;
  }

  /**
   * @param expectedRows rows that went into the job
   * @throws IllegalStateException if shards or rows are missing; nothing is changed then
   */
  Manifest commit(TableSchema schema, List<ShardFile> shards, long expectedRows)
      throws IOException {
    return commit(schema, shards, expectedRows, "");
  }

  /**
   * @param input hash of the rows that were read; empty if nobody told
   * @throws FileProblemException also if they are not those that had to be
   */
  Manifest commit(TableSchema schema, List<ShardFile> shards, long expectedRows, String input)
      throws IOException {
    List<ShardFile> inOrder = new ArrayList<>(shards);
    inOrder.sort(Comparator.comparingInt(ShardFile::shard));
    Manifest manifest = manifest(schema, inOrder, expectedRows, input, 0);
    Optional<Manifest> existing = OutputCheck.refuseOthers(storage, layout, options);
    checkInput(existing, input);
    checkFence();
    if (existing.isPresent() && isWhole(existing.get(), manifest)) {
      removeLeftovers(names(existing.get()));
      return existing.get();
    }
    if (existing.isPresent()) {
      manifest = manifest(schema, inOrder, expectedRows, input, existing.get().generation() + 1);
    }
    try {
      publishAll(inOrder, manifest, existing);
    } catch (IOException e) {
      Optional<Manifest> published = Manifest.readFile(storage, layout.manifest());
      if (published.isEmpty() || !isWhole(published.get(), manifest)) {
        throw e;
      }
      // Another attempt of this job was quicker with the same bytes.
      manifest = published.get();
    }
    removeLeftovers(names(manifest));
    return manifest;
  }

  private void checkInput(Optional<Manifest> existing, String input) throws IOException {
    if (options.requiredInput().isPresent() && !options.requiredInput().get().equals(input)) {
      throw new FileProblemException(
          layout.path() + ": the input was changed while the job ran, and its table is of the old",
          "Run the job on the input there is now, into another path or with output.overwrite");
    }
    if (existing.isPresent()
        && !existing.get().input().isEmpty()
        && !existing.get().input().equals(input)
        && !options.overwrite()) {
      throw OutputCheck.ofOthers(layout);
    }
  }

  private void publishAll(List<ShardFile> shards, Manifest manifest, Optional<Manifest> existing)
      throws IOException {
    new CommitRecord(names(manifest), existing.map(TableCommit::names).orElse(List.of()))
        .write(storage, layout.commit(options.writer()));
    List<PartList.Part> parts = new ArrayList<>();
    for (int i = 0; i < shards.size(); i++) {
      Manifest.DataFile file = manifest.files().get(i);
      publishKept(shards.get(i), layout.kept(file.name()));
      publish(shards.get(i), file);
      parts.add(shards.get(i).part(file.name()));
    }
    checkFence();
    new PartList(options.identity(), parts).write(storage, layout);
    String aside = aside("manifest");
    try (StorageOutput out = storage.create(aside)) {
      out.write(manifest.toJson());
    }
    checkFence();
    storage.replace(aside, layout.manifest());
  }

  private String aside(String name) {
    return Storage.child(
        layout.temporary(options.writer()), name + "." + UUID.randomUUID() + ".tmp");
  }

  private static List<String> names(Manifest manifest) {
    return manifest.files().stream().map(Manifest.DataFile::name).toList();
  }

  private void checkFence() throws IOException {
    if (options.fence() != 0) {
      PlaceLock.check(storage, options.lock(), options.fence());
    }
  }

  private Manifest manifest(
      TableSchema schema, List<ShardFile> shards, long expectedRows, String input, int generation) {
    SortedMap<String, Long> errors = new TreeMap<>();
    SortedMap<String, Manifest.FirstError> firstErrors = new TreeMap<>();
    List<Manifest.DataFile> files = new ArrayList<>();
    long rows = 0;
    for (ShardFile shard : shards) {
      if (shard.shard() != files.size()) {
        throw new IllegalStateException(
            "shard %s is %s"
                .formatted(files.size(), shard.shard() < files.size() ? "there twice" : "missing"));
      }
      String name = TableLayout.shardName(shard.shard(), shards.size(), generation);
      files.add(new Manifest.DataFile(name, shard.rows(), shard.bytes(), shard.sha256()));
      rows += shard.rows();
      shard.errors().forEach((code, count) -> errors.merge(code, count, Long::sum));
      shard
          .firstErrors()
          .forEach((code, first) -> firstErrors.merge(code, first, Manifest.FirstError::min));
    }
    if (options.shards() != WriteOptions.AUTO_SHARDS && files.size() != options.shards()) {
      throw new IllegalStateException(
          "%s shards of %s were written".formatted(files.size(), options.shards()));
    }
    if (rows != expectedRows) {
      throw new IllegalStateException(
          "%s rows went in and %s came out; nothing was committed".formatted(expectedRows, rows));
    }
    return new Manifest(
        Manifest.FORMAT,
        options.fingerprint(),
        input,
        rows,
        errors,
        firstErrors,
        generation,
        schema.columns().stream().map(Manifest.ColumnEntry::of).toList(),
        files);
  }

  private boolean isWhole(Manifest present, Manifest wanted) throws IOException {
    return present.hasContentOf(wanted) && TableVerifier.isPresent(storage, layout, present);
  }

  /** Puts a shard where it belongs, unless an earlier try of this commit already has. */
  private void publish(ShardFile shard, Manifest.DataFile file) throws IOException {
    String target = layout.file(file.name());
    if (storage.find(shard.path()).isPresent()) {
      put(shard.path(), target, shard.isFormer());
      return;
    }
    Optional<String> problem = TableVerifier.verify(storage, target, file);
    if (problem.isPresent()) {
      throw new FileProblemException(
          shard.path() + ": gone before it was committed; " + problem.get(),
          "Run the job again, and only one job at a time in this place");
    }
  }

  /** What is kept of the rows may be missing: they would be computed again. */
  private void publishKept(ShardFile shard, String target) throws IOException {
    if (storage.find(shard.keptPath()).isPresent()) {
      put(shard.keptPath(), target, shard.isFormer());
    }
  }

  private void put(String from, String target, boolean staysThere) throws IOException {
    if (!staysThere) {
      storage.replace(from, target);
    } else if (storage.find(target).isPresent()) {
      return; // by an earlier try
    } else if (!storage.hasDirectories()) {
      storage.copy(from, target); // appears whole
    } else {
      String aside = aside(target.substring(target.lastIndexOf('/') + 1));
      storage.copy(from, aside);
      storage.replace(aside, target);
    }
  }

  /**
   * Removes the files of the table that was replaced. The owner of a lock looks at its own record
   * alone: meanwhile another may own the place, and be putting its files there. What is left where
   * this fails does no harm; the next owner tries again.
   */
  private void removeLeftovers(List<String> published) {
    try {
      if (options.fence() == 0) {
        TableTidying.removeLeftovers(storage, layout);
        storage.delete(layout.temporary());
        return;
      }
      String path = layout.commit(options.writer());
      for (String old : CommitRecord.read(storage, path).removes()) {
        if (!published.contains(old)) {
          storage.delete(layout.file(old));
          storage.delete(layout.kept(old));
        }
      }
      storage.delete(path);
      storage.delete(layout.temporary(options.writer()));
    } catch (IOException e) {
      LOG.debug("{}: leftovers were not removed", layout.path(), e);
    }
  }
}
