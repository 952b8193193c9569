package dev.espalier.io.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.io.storage.StorageOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which snapshots can go. */
class SnapshotsExpiryTest {
  private static final Duration DAY = Duration.ofDays(1);

  @TempDir Path directory;
  private Snapshots snapshots;

  @BeforeEach
  void open() throws IOException {
    snapshots = Snapshots.of(directory.resolve("table").toString(), StorageOptions.defaults());
  }

  private void make(int number, String day, String... failedChecks) throws IOException {
    snapshots.finish(
        new Snapshot(
            number,
            number - 1,
            day + "T00:00:00Z",
            "refresh",
            1,
            0,
            0,
            1,
            0,
            List.of(failedChecks),
            false));
  }

  private List<Integer> expired(Duration grace, Instant now) throws IOException {
    return snapshots.expired(1, Duration.ZERO, grace, now).stream().map(Snapshot::number).toList();
  }

  @Test
  void theGraceOfReadersBeginsWhenASnapshotIsReplaced() throws IOException {
    make(1, "2026-01-01");
    snapshots.switchTo(1, 0);
    make(2, "2026-01-02", "checks.rows.least");
    make(3, "2026-01-03", "checks.rows.least");
    make(4, "2026-01-04");
    snapshots.switchTo(4, 0);
    Instant now = Instant.now();
    assertThat(expired(DAY, now)).as("1 was read until now").containsExactly(2, 3);
    assertThat(expired(DAY, now.plus(DAY))).containsExactly(1, 2, 3);
  }

  @Test
  void theGraceBeginsAnewWhereASnapshotWasRestored() throws IOException {
    for (int number = 1; number <= 3; number++) {
      make(number, "2026-01-0" + number);
      snapshots.switchTo(number, 0);
    }
    snapshots.switchTo(1, 0);
    make(4, "2026-01-04");
    snapshots.switchTo(4, 0);
    assertThat(expired(DAY, Instant.now())).isEmpty();
    assertThat(expired(DAY, Instant.now().plus(DAY))).containsExactly(1, 2, 3);
  }

  @Test
  void noNumberIsGivenTwice() throws IOException {
    for (int number = 1; number <= 3; number++) {
      make(number, "2026-01-0" + number);
      snapshots.switchTo(number, 0);
    }
    snapshots.switchTo(1, 0);
    for (int number : expired(Duration.ZERO, Instant.now().plus(DAY))) {
      snapshots.remove(number);
    }
    assertThat(snapshots.all()).extracting(Snapshot::number).containsExactly(1, 3);
    assertThat(snapshots.next()).isEqualTo(4);
  }
}
