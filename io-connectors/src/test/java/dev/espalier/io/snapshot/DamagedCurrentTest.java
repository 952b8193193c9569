package dev.espalier.io.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.io.FileProblemException;
import dev.espalier.io.storage.MiniHdfs;
import dev.espalier.io.storage.S3Server;
import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** While CURRENT cannot be read nothing goes that it may have named, and it can be written anew. */
class DamagedCurrentTest {
  private static final List<String> DAMAGED =
      List.of("", "snapshots/", "snapshots/1", "snapshots/0\n", "\0\0\n", "snapshots/1 2\n");

  @TempDir Path directory;

  @Test
  void onALocalDisk() throws Exception {
    check(StorageOptions.defaults(), directory.toString(), DAMAGED);
  }

  @Test
  void onHdfs() throws Exception {
    try (MiniHdfs hdfs = MiniHdfs.start(directory)) {
      check(hdfs.options(), hdfs.path("/tables"), DAMAGED);
    }
  }

  /** Who switched CURRENT last is written down there: what that says is taken, if it can be. */
  @Test
  void onS3() throws Exception {
    try (S3Server s3 = S3Server.start(directory)) {
      StorageOptions options = new StorageOptions(s3.settings());
      String place = "s3a://" + S3Server.BUCKET + "/tables";
      check(options, place, DAMAGED.subList(0, 3)); // each takes some hundred requests
      String table = place + "/told";
      Snapshots snapshots = withThree(options, table);
      Storage storage = options.open(table);
      write(storage, snapshots.layout().current(), "");
      snapshots.tidy();
      assertThat(snapshots.current()).hasValue(2);
    }
  }

  private static void check(StorageOptions options, String place, List<String> damaged)
      throws IOException {
    for (int i = 0; i < damaged.size(); i++) {
      String table = place + "/t" + i;
      Snapshots snapshots = withThree(options, table);
      Storage storage = options.open(table);
      if (!storage.hasDirectories()) {
        write(storage, snapshots.layout().switched(2), damaged.get(i));
      }
      write(storage, snapshots.layout().current(), damaged.get(i));

      assertThatThrownBy(snapshots::tidy)
          .as(damaged.get(i))
          .isInstanceOf(FileProblemException.class)
          .hasMessageContaining(snapshots.layout().current())
          .hasMessageContaining("espalier snapshots TABLE restore N");
      snapshots.tidyToRestore();
      assertThat(snapshots.all()).extracting(Snapshot::number).containsExactly(1, 2, 3);

      snapshots.switchTo(1, 0);
      assertThat(snapshots.current()).hasValue(1);
      assertThat(expired(snapshots)).as("readers may be at any").isEmpty();
      snapshots.tidy();
      assertThat(snapshots.all()).extracting(Snapshot::number).containsExactly(1, 2);
    }
  }

  /** The second of them is current, and of the third nothing was decided. */
  private static Snapshots withThree(StorageOptions options, String table) throws IOException {
    Snapshots snapshots = Snapshots.of(table, options);
    for (int number = 1; number <= 3; number++) {
      String made = "2026-01-0" + number + "T00:00:00Z";
      snapshots.finish(
          new Snapshot(number, number - 1, made, "run", 1, 0, 0, 1, 0, List.of(), number == 3));
      if (number < 3) {
        snapshots.switchTo(number, 0);
      }
    }
    return snapshots;
  }

  private static List<Integer> expired(Snapshots snapshots) throws IOException {
    return snapshots.expired(1, Duration.ZERO, Duration.ofDays(1), Instant.now()).stream()
        .map(Snapshot::number)
        .toList();
  }

  private static void write(Storage storage, String path, String text) throws IOException {
    storage.write(path, text.getBytes(StandardCharsets.UTF_8));
  }
}
