package dev.espalier.jobs.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever of a cluster is killed, and whenever: the same bytes, the report, nothing else. Each
 * storage has a class of its own.
 */
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class FlinkKills {
  private static final int ROWS = 40;

  /** How far a job has come when something is killed. */
  enum Moment {
    SUBMITTED,
    FIRST_ROWS,
    MANY_ROWS,
    WRITING,
    COMMITTED
  }

  private TriageJob triage;
  private FlinkProcesses flink;
  private Path jar;

  /**
   * Makes the storage of the tables ready.
   *
   * @param local the job with all it has on the local disk
   */
  abstract TriageJob place(TriageJob local, Path directory) throws Exception;

  @BeforeAll
  void startCluster(@TempDir Path directory) throws Exception {
    jar = FlinkProcesses.smallJar(directory.resolve("espalier-small.jar"));
    flink = new FlinkProcesses(Files.createDirectory(directory.resolve("flink")));
    flink.startJobManager();
    flink.startTaskManager("taskmanager-1");
    flink.startTaskManager("taskmanager-2");
    TriageJob local = TriageJob.in(Files.createDirectory(directory.resolve("job")), ROWS);
    triage = place(local, Files.createDirectory(directory.resolve("disk")));
    flink.awaitTaskManagers(2);
  }

  @AfterAll
  void stopCluster() {
    if (flink != null) {
      flink.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void theClient(Moment moment) throws Exception {
    String table = submit("client", moment);
    flink.kill("client");
    awaitFinished(table);
    triage.assertDone(table);
  }

  @ParameterizedTest
  @EnumSource
  void aTaskManager(Moment moment) throws Exception {
    String table = submit("taskmanager", moment);
    flink.kill("taskmanager-1");
    flink.startTaskManager("taskmanager-1");
    assertThat(flink.exitCode("client")).as(flink.outputs()).isZero();
    triage.assertDone(table);
    flink.awaitTaskManagers(2);
  }

  /** Without high availability the job is lost, and the next submission goes on. */
  @ParameterizedTest
  @EnumSource
  void theJobManager(Moment moment) throws Exception {
    String table = submit("jobmanager", moment);
    flink.kill("jobmanager");
    flink.kill("client");
    flink.startJobManager();
    flink.awaitTaskManagers(2);
    flink.flinkRun(jar, List.of("-p", "2"), triage.command(table, "--wait"));
    assertThat(flink.exitCode("client")).as(flink.outputs()).isZero();
    triage.assertCompleted(table);
  }

  private String submit(String killed, Moment moment) throws Exception {
    String table = killed + "-" + moment;
    flink.flinkRun(jar, List.of("-p", "2"), triage.command(table, "--wait"));
    flink.await(moment.toString(), () -> hasCome(moment, table));
    return table;
  }

  private boolean hasCome(Moment moment, String table) {
    if (moment == Moment.SUBMITTED) {
      return flink.get("/jobs/overview").contains("/" + table + "\"");
    }
    SortedMap<String, Long> files = files(table);
    if (files.containsKey("_manifest.json")) {
      return true;
    }
    long journaled =
        files.entrySet().stream()
            .filter(file -> file.getKey().startsWith("_espalier/journal/"))
            .mapToLong(file -> file.getValue())
            .sum();
    return switch (moment) {
      case FIRST_ROWS -> journaled > 0;
      case MANY_ROWS -> journaled > 20_000;
      case WRITING ->
          files.keySet().stream()
              .anyMatch(name -> name.matches("_espalier/(tmp|commit)/.*|part-.*"));
      default -> false;
    };
  }

  private SortedMap<String, Long> files(String table) {
    try {
      return triage.place().files(table);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitFinished(String table) throws Exception {
    flink.await("report of " + table, () -> files(table).containsKey("_espalier/run.json"));
    flink.await("end of jobs", () -> !flink.get("/jobs").contains("RUNNING"));
  }
}
