package dev.espalier.jobs;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is edited, a refresh leaves what a run would, and computes what had to be. */
class RefreshPropertyTest {
  @TempDir Path directory;

  @AfterAll
  static void close() {
    RefreshRounds.closeEngines();
  }

  @Test
  void refreshesOfOneShardEqualRuns() throws Exception {
    rounds(1, 1, 5, false);
  }

  @Test
  void refreshesOfSixteenShardsEqualRuns() throws Exception {
    rounds(2, 16, 4, false);
  }

  @Test
  @Tag("long")
  void hundredsOfRefreshesEqualRuns() throws Exception {
    for (int i = 0; i < 10; i++) {
      rounds(100 + i, i % 2 == 0 ? 1 : 16, 20, false);
    }
  }

  @Test
  @Tag("long")
  void refreshesThatAreKilledGoOn() throws Exception {
    rounds(7, 16, 40, true);
  }

  /**
   * As long as is asked for, once around otherwise: {@code -Despalier.refresh.minutes=120}, with
   * other edits from {@code -Despalier.refresh.seed=1000} on.
   */
  @Test
  @Tag("long")
  void refreshesEqualRunsForHours() throws Exception {
    Duration asked = Duration.ofMinutes(Long.getLong("espalier.refresh.minutes", 0));
    long begin = System.nanoTime();
    long seed = Long.getLong("espalier.refresh.seed", 1000);
    do {
      rounds(seed, seed % 2 == 0 ? 1 : 16, 20, seed % 5 == 0);
      Duration lasted = Duration.ofNanos(System.nanoTime() - begin);
      System.out.printf("seed %d: 20 rounds are equal, after %d s%n", seed, lasted.toSeconds());
      seed++;
    } while (System.nanoTime() - begin < asked.toNanos());
  }

  private void rounds(long seed, int shards, int rounds, boolean kills) throws Exception {
    Path place = directory.resolve("seed-" + seed);
    Files.createDirectories(place);
    RefreshRounds all = new RefreshRounds(new JobFolder(place), seed, shards, kills);
    for (int i = 0; i < rounds; i++) {
      all.round();
    }
  }
}
