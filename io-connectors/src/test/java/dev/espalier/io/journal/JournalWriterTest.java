package dev.espalier.io.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.io.storage.StorageOutput;
import dev.espalier.io.storage.StoredFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.parquet.io.InputFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a writer does on file systems that are slow, full or show no open files. */
class JournalWriterTest {
  private static final Duration NEVER = Duration.ofDays(1);

  @TempDir Path directory;
  private FakeStorage storage;

  @BeforeEach
  void newStorage() throws IOException {
    storage = new FakeStorage(StorageOptions.defaults().open(directory.toString()));
  }

  @Test
  void recordsAreSyncedByBytes() throws IOException {
    try (JournalWriter writer = writer(new JournalLimits(100, NEVER, 1 << 20, 1, NEVER))) {
      for (int i = 0; i < 20; i++) {
        writer.append("k" + i, new byte[10]);
      }
      assertThat(storage.syncs).isBetween(3, 7);
    }
  }

  @Test
  void recordsAreSyncedByTime() throws IOException {
    try (JournalWriter writer =
        writer(new JournalLimits(1 << 20, Duration.ZERO, 1 << 20, 1, NEVER))) {
      writer.append("a", new byte[1]);
      writer.append("b", new byte[1]);
      assertThat(storage.syncs).isEqualTo(2);
    }
  }

  @Test
  void aFullSegmentIsFollowedByAnother() throws IOException {
    try (JournalWriter writer = writer(new JournalLimits(1 << 20, NEVER, 200, 1, NEVER))) {
      for (int i = 0; i < 20; i++) {
        writer.append("k" + i, new byte[30]);
      }
    }
    assertThat(keys()).hasSize(20);
    assertThat(storage.list(directory.toString())).hasSizeBetween(4, 7);
  }

  @Test
  void whereOpenFilesCannotBeReadSegmentsAreClosedByBytesAndTime() throws IOException {
    storage.hidden = true;
    try (JournalWriter writer = writer(new JournalLimits(1, NEVER, 1 << 20, 200, NEVER))) {
      for (int i = 0; i < 20; i++) {
        writer.append("k" + i, new byte[30]);
      }
      assertThat(storage.closed).isBetween(3, 6);
    }
    storage.closed = 0;
    try (JournalWriter writer =
        writer(new JournalLimits(1, NEVER, 1 << 20, 1 << 20, Duration.ZERO))) {
      writer.append("x", new byte[1]);
      writer.append("y", new byte[1]);
      assertThat(storage.closed).isEqualTo(2);
    }
    assertThat(keys()).hasSize(22);
  }

  @Test
  void aFailedWriteDamagesNoOtherRecord() throws IOException {
    try (JournalWriter writer = writer(JournalLimits.DEFAULTS)) {
      writer.append("a", new byte[100]);
      storage.room = 50;
      assertThatThrownBy(() -> writer.append("lost", new byte[100]))
          .isInstanceOf(IOException.class)
          .hasMessage("no space left");
      storage.room = Long.MAX_VALUE;
      writer.append("b", new byte[100]);
    }
    assertThat(keys()).containsExactlyInAnyOrder("a", "b");
  }

  private JournalWriter writer(JournalLimits limits) {
    return new JournalWriter(storage, directory.toString(), limits);
  }

  private List<String> keys() throws IOException {
    List<String> keys = new ArrayList<>();
    new Journal(directory.toString(), StorageOptions.defaults())
        .read((key, payload) -> keys.add(key));
    return keys;
  }

  /** A disk that counts, may be full and may hide open files. */
  private static final class FakeStorage implements Storage {
    private final Storage disk;
    private boolean hidden;
    private long room = Long.MAX_VALUE;
    private int syncs;
    private int closed;

    FakeStorage(Storage disk) {
      this.disk = disk;
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
    public List<StoredFile> list(String directory) throws IOException {
      return disk.list(directory);
    }

    @Override
    public InputFile input(String path) throws IOException {
      return disk.input(path);
    }

    @Override
    public boolean createIfAbsent(String path, byte[] content) throws IOException {
      return disk.createIfAbsent(path, content);
    }

    @Override
    public OptionalLong modifiedMillis(String path) throws IOException {
      return disk.modifiedMillis(path);
    }

    @Override
    public void replace(String from, String to) throws IOException {
      disk.replace(from, to);
    }

    @Override
    public void delete(String path) throws IOException {
      disk.delete(path);
    }

    @Override
    public StorageOutput create(String path) throws IOException {
      StorageOutput out = disk.create(path);
      return new StorageOutput() {
        @Override
        public void write(int b) throws IOException {
          write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
          int fits = (int) Math.min(length, room);
          out.write(bytes, offset, fits);
          room -= fits;
          if (fits < length) {
            throw new IOException("no space left");
          }
        }

        @Override
        public void flush() throws IOException {
          out.flush();
        }

        @Override
        public void sync() throws IOException {
          out.sync();
          syncs++;
        }

        @Override
        public boolean outlivesProcess() {
          return !hidden;
        }

        @Override
        public void close() throws IOException {
          out.close();
          closed++;
        }
      };
    }
  }
}
