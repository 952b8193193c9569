package dev.espalier.jobs.flink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The line of a client at ten moments of one job, from the first eleventh of it to the last,
 * against what was so: needs a machine that does nothing else. The cluster has run a job before,
 * and its code is in the lib: a rate that grows while code is compiled tells nobody how long the
 * rest takes.
 */
@Tag("long")
class FlinkProgressTest {
  private static final int ROWS = 4_000;
  private static final int ROWS_BEFORE = 4_000;
  private static final double SECONDS = 2;

  /** Of each of the two engines: with more of them than cores, the last one left is faster. */
  private static final String ONE_THREAD = "engine.threads=1";

  @Test
  void tenMomentsAreTrueWithinTwoSeconds(@TempDir Path directory) throws Exception {
    Path jar = FlinkProcesses.smallJar(directory.resolve("espalier-small.jar"));
    try (FlinkProcesses flink =
        new FlinkProcesses(Files.createDirectory(directory.resolve("f")), Optional.of(jar))) {
      flink.startJobManager();
      flink.startTaskManager("taskmanager-1");
      flink.startTaskManager("taskmanager-2");
      TriageJob earlier =
          TriageJob.in(Files.createDirectory(directory.resolve("earlier")), ROWS_BEFORE);
      TriageJob triage = TriageJob.in(Files.createDirectory(directory.resolve("job")), ROWS);
      flink.awaitTaskManagers(2);
      submit(flink, jar, earlier, "earlier");
      assertThat(flink.exitCode("client")).as(flink.outputs()).isZero();
      submit(flink, jar, triage, "watched");
      Path own = triage.folder().path().resolve("watched/_espalier");
      List<WatchedProgress.Moment> all =
          WatchedProgress.of(flink, own.resolve("journal"), () -> {});
      assertThat(flink.exitCode("client")).as(flink.outputs()).isZero();
      triage.assertDone("watched");

      long end = all.stream().filter(m -> m.journaled() >= ROWS).findFirst().orElseThrow().nanos();
      List<WatchedProgress.Moment> running =
          all.stream().filter(m -> m.rows() > 0 && m.nanos() < end).toList();
      JsonNode tokens = triage.report("watched").get("tokens");
      double mean = mean(running);
      List<String> wrong = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        WatchedProgress.Moment moment = running.get((i + 1) * running.size() / 11);
        double left = (end - moment.nanos()) / 1e9;
        System.out.printf(
            "%6.1f s left; journal %d; %s%n", left, moment.journaled(), moment.line());
        long before = moment.nanos() - (long) (SECONDS * 1e9);
        int then =
            all.stream()
                .filter(m -> m.nanos() <= before)
                .mapToInt(m -> m.journaled())
                .max()
                .orElse(0);
        if (moment.rows() < then || moment.rows() > moment.journaled()) {
          wrong.add("rows: " + moment);
        }
        if (Math.abs(moment.left() - left) > SECONDS
            && Math.abs(moment.left() - left) > 0.1 * left) {
          wrong.add("time left, " + left + ": " + moment);
        }
      }
      System.out.printf("out %.0f tok/s on average; report %s%n", mean, tokens);
      assertThat(wrong).as(flink.outputs()).isEmpty();
    }
  }

  private static void submit(FlinkProcesses flink, Path jar, TriageJob job, String output)
      throws IOException {
    flink.flinkRun(
        jar,
        List.of("-p", "2"),
        "run",
        job.file().toString(),
        "--set",
        "output.path=" + output,
        "--set",
        ONE_THREAD);
  }

  private static double mean(List<WatchedProgress.Moment> running) {
    return running.stream().mapToDouble(WatchedProgress.Moment::out).average().orElseThrow();
  }
}
