package dev.espalier.io.table;

import dev.espalier.io.FileProblemException;
import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns temporary shards into a table. The manifest is written aside, the shards are renamed, and
 * the manifest's own rename ends the commit, so that at every moment either no manifest is there or
 * all that it names is. A commit that was cut off can be done again, by the same attempt or by
 * another one of the same job, also at the same time: both write the same bytes.
 */
final class TableCommit {
  private static final Logger LOG = LoggerFactory.getLogger(TableCommit.class);

  private final WriteOptions options;
  private final TableLayout layout;
  private final Storage storage;

  TableCommit(WriteOptions options) throws IOException {
    this.options = options;
    this.layout = new TableLayout(options.path());
    this.storage = options.storage().open(options.path());
  }

  /**
   * @param expectedRows rows that went into the job
   * @throws IllegalStateException if shards or rows are missing; nothing is changed then
   */
  Manifest commit(TableSchema schema, List<ShardFile> shards, long expectedRows)
      throws IOException {
    List<ShardFile> inOrder = new ArrayList<>(shards);
    inOrder.sort(Comparator.comparingInt(ShardFile::shard));
    Manifest manifest = manifest(schema, inOrder, expectedRows);

    Optional<Manifest> existing = OutputCheck.refuseOthers(storage, layout, options);
    if (isPublished(manifest)) {
      removeLeftovers();
      return manifest;
    }
    Set<String> owned = OutputCheck.owned(storage, layout);
    manifest.files().forEach(file -> owned.remove(file.name()));
    try {
      writeAside(layout.pending(), manifest);
      if (existing.isPresent()) {
        storage.replace(layout.manifest(), layout.replaced());
      }
      for (String old : owned) {
        storage.delete(layout.file(old));
      }
      for (int i = 0; i < inOrder.size(); i++) {
        publish(inOrder.get(i), manifest.files().get(i));
      }
      storage.replace(layout.pending(), layout.manifest());
    } catch (IOException e) {
      if (!isPublished(manifest)) {
        throw e;
      }
      // Another attempt of this job was quicker with the same bytes.
    }
    removeLeftovers();
    return manifest;
  }

  private Manifest manifest(TableSchema schema, List<ShardFile> shards, long expectedRows) {
    SortedMap<String, Long> errors = new TreeMap<>();
    List<Manifest.DataFile> files = new ArrayList<>();
    long rows = 0;
    for (ShardFile shard : shards) {
      if (shard.shard() != files.size()) {
        throw new IllegalStateException(
            "shard %d is %s"
                .formatted(files.size(), shard.shard() < files.size() ? "there twice" : "missing"));
      }
      String name = TableLayout.shardName(shard.shard(), options.shards());
      files.add(new Manifest.DataFile(name, shard.rows(), shard.bytes(), shard.sha256()));
      rows += shard.rows();
      shard.errors().forEach((code, count) -> errors.merge(code, count, Long::sum));
    }
    if (files.size() != options.shards()) {
      throw new IllegalStateException(
          "%d shards of %d were written".formatted(files.size(), options.shards()));
    }
    if (rows != expectedRows) {
      throw new IllegalStateException(
          "%d rows went in and %d came out; nothing was committed".formatted(expectedRows, rows));
    }
    return new Manifest(
        Manifest.FORMAT,
        options.fingerprint(),
        rows,
        errors,
        schema.columns().stream().map(Manifest.ColumnEntry::of).toList(),
        files);
  }

  private boolean isPublished(Manifest manifest) throws IOException {
    return Manifest.readFile(storage, layout.manifest()).equals(Optional.of(manifest))
        && TableVerifier.isPresent(storage, layout, manifest);
  }

  /** Renames a shard, unless an earlier try of this commit already has. */
  private void publish(ShardFile shard, Manifest.DataFile file) throws IOException {
    String target = layout.file(file.name());
    if (storage.find(shard.temporaryPath()).isPresent()) {
      storage.replace(shard.temporaryPath(), target);
      return;
    }
    Optional<String> problem = TableVerifier.verify(storage, target, file);
    if (problem.isPresent()) {
      throw new FileProblemException(
          shard.temporaryPath() + ": gone before it was committed; " + problem.get(),
          "Run the job again, and only one job at a time in this place");
    }
  }

  private void writeAside(String path, Manifest manifest) throws IOException {
    String unfinished = path + "." + UUID.randomUUID() + ".tmp";
    try (StorageOutput out = storage.create(unfinished)) {
      out.write(manifest.toJson());
    }
    storage.replace(unfinished, path);
  }

  /** What is left where this fails does no harm; the next commit tries again. */
  private void removeLeftovers() {
    for (String path : List.of(layout.replaced(), layout.pending(), layout.temporary())) {
      try {
        storage.delete(path);
      } catch (IOException e) {
        LOG.debug("{} was not removed", path, e);
      }
    }
  }
}
