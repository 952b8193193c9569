package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.io.lock.PlaceLock;
import dev.espalier.io.storage.StorageOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One job at a time writes to an output. */
class OutputLockTest {
  @TempDir Path directory;
  private JobFolder folder;
  private String job;

  @BeforeEach
  void writeJob() throws IOException {
    folder = new JobFolder(directory);
    folder.write("tickets.jsonl", JobFolder.TICKETS.subList(0, 2));
    job =
        folder
            .write(
                "job.yaml",
                """
                model: builtin:nano
                program: dev.espalier.jobs.Triage
                input: {path: tickets.jsonl, id: id}
                output: {path: out}
                """)
            .toString();
  }

  private PlaceLock hold() throws Exception {
    return PlaceLock.acquire(
        StorageOptions.defaults(), directory.resolve("out/_espalier/lock").toString());
  }

  @Test
  void theSecondJobIsRefusedByTheNameOfTheFirst() throws Exception {
    try (PlaceLock first = hold()) {
      JobFolder.Ended second = folder.run("run", job);
      assertThat(second.code()).isEqualTo(Espalier.BAD_CONFIGURATION);
      assertThat(second.err())
          .contains("in use by another job: process " + ProcessHandle.current().pid() + " on ")
          .contains("last sign of life")
          .contains("--wait")
          .contains("nothing was run");
      assertThat(first.number()).isEqualTo(1);
      assertThat(directory.resolve("out/_manifest.json")).doesNotExist();
    }
    assertThat(folder.run("run", job).code()).isZero();
  }

  @Test
  void orItWaitsAndThenSeesWhatTheFirstHasDone() throws Exception {
    ExecutorService second = Executors.newSingleThreadExecutor();
    CountDownLatch started = new CountDownLatch(1);
    try {
      Future<JobFolder.Ended> waiting;
      try (PlaceLock first = hold()) {
        waiting =
            second.submit(
                () -> {
                  started.countDown();
                  return folder.run("run", job, "--wait");
                });
        started.await();
        assertThat(first.number()).isEqualTo(1);
        assertThat(directory.resolve("out/_manifest.json")).doesNotExist();
      }
      assertThat(waiting.get().code()).as(waiting.get().err()).isZero();
      assertThat(Files.exists(directory.resolve("out/_manifest.json"))).isTrue();
    } finally {
      second.shutdownNow();
    }
  }
}
