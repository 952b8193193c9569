package dev.espalier.io.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.io.lock.PlaceLock;
import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.io.storage.StorageOutput;
import dev.espalier.io.storage.StoredFile;
import dev.espalier.row.AnsweredRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.parquet.io.InputFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The switch from one table to another, ended or paused before each of its changes to the file
 * system.
 */
class TableSwitchTest {
  private static final int SHARDS = 3;
  private static final List<AnsweredRow> OLD = Rows.rows(20);
  private static final List<AnsweredRow> NEW = Rows.rows(31);
  private static final List<AnsweredRow> OTHER = Rows.rows(11);

  @TempDir Path directory;

  @Test
  void aSwitchThatEndsAnywhereLeavesTheOldTableOrTheNewOneWhole() throws Exception {
    Set<String> left = new TreeSet<>();
    boolean ended = false;
    for (int step = 0; !ended; step++) {
      Path table = directory.resolve("killed-" + step);
      Manifest old = Rows.write(options(table, "old"), OLD);
      List<byte[]> oldBytes = bytes(table, old);
      try (PlaceLock lock = lock(table)) {
        WriteOptions options = options(table, "new").withFence(lock.number());
        List<ShardFile> shards = Rows.writeShards(options, NEW);
        int last = step;
        ended = true;
        try {
          new TableCommit(options, new Stepped(count -> fail(count, last)))
              .commit(Rows.schema(NEW), shards, NEW.size());
        } catch (Killed e) {
          ended = false;
        }
      }
      Manifest present = Manifest.read(table.toString(), StorageOptions.defaults()).orElseThrow();
      left.add(present.fingerprint());
      assertThat(verify(table)).as("after step %s", step).isEmpty();
      for (int i = 0; i < SHARDS; i++) {
        Path file = table.resolve(old.files().get(i).name());
        // Whoever has opened a file of the old table reads on: it is as it was, or its name is gone
        assertThat(Files.exists(file) ? Files.readAllBytes(file) : oldBytes.get(i))
            .isEqualTo(oldBytes.get(i));
      }
      try (PlaceLock lock = lock(table)) {
        WriteOptions options = options(table, "new").withFence(lock.number());
        TableTidying.tidy(options);
        assertThat(TableTidying.isNeeded(options)).isFalse();
        assertThat(parts(table)).isEqualTo(names(present));
        Manifest again = Rows.write(options, NEW);
        assertThat(again.generation()).isEqualTo(1);
        assertThat(verify(table)).isEmpty();
        assertThat(parts(table)).isEqualTo(names(again));
        assertThat(OutputCheck.of(options)).isEqualTo(TableState.COMPLETE);
      }
    }
    assertThat(left).containsExactly("new", "old");
  }

  @Test
  void anOwnerThatWasPausedAnywhereChangesNothingOfTheNextOnesTable() throws Exception {
    boolean ended = false;
    for (int step = 0; !ended; step++) {
      Path table = directory.resolve("paused-" + step);
      Rows.write(options(table, "old"), OLD);
      PlaceLock paused = lock(table);
      WriteOptions options = options(table, "new").withFence(paused.number());
      List<ShardFile> shards = Rows.writeShards(options, NEW);
      Manifest[] other = new Manifest[1];
      int at = step;
      Stepped storage =
          new Stepped(
              count -> {
                if (count == at) {
                  paused.close(); // as if it had expired
                  other[0] = takeOver(table);
                }
              });
      try {
        new TableCommit(options, storage).commit(Rows.schema(NEW), shards, NEW.size());
      } catch (IOException e) {
        assertThat(other[0]).as("step %s", step).isNotNull();
      }
      ended = other[0] == null;
      if (!ended) {
        assertThat(Manifest.read(table.toString(), StorageOptions.defaults()))
            .as("after a pause before step %s", step)
            .contains(other[0]);
        assertThat(verify(table)).as("after a pause before step %s", step).isEmpty();
      }
      paused.close();
    }
  }

  private static Manifest takeOver(Path table) throws IOException {
    try (PlaceLock lock = lock(table)) {
      WriteOptions options = options(table, "other").withFence(lock.number());
      TableTidying.tidy(options);
      return Rows.write(options, OTHER);
    }
  }

  private static PlaceLock lock(Path table) {
    try {
      return PlaceLock.acquire(StorageOptions.defaults(), new TableLayout(table.toString()).lock());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static WriteOptions options(Path table, String fingerprint) {
    return WriteOptions.of(table.toString(), fingerprint, SHARDS).withOverwrite(true);
  }

  private static List<String> verify(Path table) throws IOException {
    return TableVerifier.verify(table.toString(), StorageOptions.defaults());
  }

  private static List<byte[]> bytes(Path table, Manifest manifest) throws IOException {
    List<byte[]> bytes = new ArrayList<>();
    for (Manifest.DataFile file : manifest.files()) {
      bytes.add(Files.readAllBytes(table.resolve(file.name())));
    }
    return bytes;
  }

  private static Set<String> parts(Path table) throws IOException {
    try (Stream<Path> files = Files.list(table)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".parquet"))
          .collect(Collectors.toSet());
    }
  }

  private static Set<String> names(Manifest manifest) {
    return manifest.files().stream().map(Manifest.DataFile::name).collect(Collectors.toSet());
  }

  private static void fail(int count, int last) {
    if (count == last) {
      throw new Killed();
    }
  }

  /** As a kill: nothing catches it. */
  private static final class Killed extends Error {}

  private interface Before {
    void step(int count) throws IOException;
  }

  /** The local disk, with something before each change. */
  private static final class Stepped implements Storage {
    private final Storage disk = storage();
    private final Before before;
    private int count;

    Stepped(Before before) {
      this.before = before;
    }

    private static Storage storage() {
      try {
        return StorageOptions.defaults().open("");
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public boolean hasDirectories() {
      return true;
    }

    @Override
    public Optional<StoredFile> find(String path) throws IOException {
      return disk.find(path);
    }

    @Override
    public List<StoredFile> list(String path) throws IOException {
      return disk.list(path);
    }

    @Override
    public InputFile input(String path) throws IOException {
      return disk.input(path);
    }

    @Override
    public StorageOutput create(String path) throws IOException {
      before.step(count++);
      return disk.create(path);
    }

    @Override
    public boolean createIfAbsent(String path, byte[] content) throws IOException {
      before.step(count++);
      return disk.createIfAbsent(path, content);
    }

    @Override
    public OptionalLong modifiedMillis(String path) throws IOException {
      return disk.modifiedMillis(path);
    }

    @Override
    public void replace(String from, String to) throws IOException {
      before.step(count++);
      disk.replace(from, to);
    }

    @Override
    public void delete(String path) throws IOException {
      before.step(count++);
      disk.delete(path);
    }
  }
}
