package dev.espalier.jobs.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever of a cluster is killed, and whenever: the same bytes, the report, nothing else. */
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FlinkKillsTest {
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

  @BeforeAll
  void startCluster(@TempDir Path directory) throws Exception {
    jar = FlinkProcesses.smallJar(directory.resolve("espalier-small.jar"));
    flink = new FlinkProcesses(Files.createDirectory(directory.resolve("flink")));
    flink.startJobManager();
    flink.startTaskManager("taskmanager-1");
    flink.startTaskManager("taskmanager-2");
    triage = TriageJob.in(Files.createDirectory(directory.resolve("job")), ROWS);
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
    flink.flinkRun(jar, List.of("-p", "2"), command(table));
    assertThat(flink.exitCode("client")).as(flink.outputs()).isZero();
    triage.assertCompleted(table);
  }

  private String[] command(String table) {
    return new String[] {
      "run", triage.file().toString(), "--wait", "--set", "output.path=" + table
    };
  }

  private String submit(String killed, Moment moment) throws Exception {
    String table = killed + "-" + moment;
    flink.flinkRun(jar, List.of("-p", "2"), command(table));
    Path own = triage.folder().path().resolve(table).resolve("_espalier");
    flink.await(moment.toString(), () -> hasCome(moment, table, own));
    return table;
  }

  private boolean hasCome(Moment moment, String table, Path own) {
    return switch (moment) {
      case SUBMITTED -> flink.get("/jobs/overview").contains("/" + table + "\"");
      case FIRST_ROWS -> TriageJob.bytes(own.resolve("journal")) > 0 || isThere(own);
      case MANY_ROWS -> TriageJob.bytes(own.resolve("journal")) > 20_000 || isThere(own);
      case WRITING -> TriageJob.files(own.resolve("tmp")) > 0 || isThere(own);
      case COMMITTED -> isThere(own);
    };
  }

  private static boolean isThere(Path own) {
    return Files.exists(own.resolveSibling("_manifest.json"));
  }

  private void awaitFinished(String table) throws Exception {
    Path report = triage.folder().path().resolve(table).resolve("_espalier/run.json");
    flink.await("report of " + table, () -> Files.exists(report));
    flink.await("end of jobs", () -> !flink.get("/jobs").contains("RUNNING"));
  }
}
