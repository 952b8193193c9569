package dev.espalier.jobs;

import java.nio.file.Files;
import java.nio.file.Path;
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

  private void rounds(long seed, int shards, int rounds, boolean kills) throws Exception {
    Path place = directory.resolve("seed-" + seed);
    Files.createDirectories(place);
    RefreshRounds all = new RefreshRounds(new JobFolder(place), seed, shards, kills);
    for (int i = 0; i < rounds; i++) {
      all.round();
    }
  }
}
