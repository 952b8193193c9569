package dev.espalier.jobs.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.jobs.JobFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Jobs as people submit them to Flink, on clusters of real processes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FlinkRunTest {
  /** Enough for figures to come, a second late, before the last has ended. */
  private static final int ROWS = 96;

  private TriageJob triage;
  private JobFolder folder;
  private FlinkProcesses flink;
  private Path jar;
  private Path job;

  @BeforeAll
  void startClusterAndRunWithoutOne(@TempDir Path directory) throws Exception {
    jar = FlinkProcesses.smallJar(directory.resolve("espalier-small.jar"));
    flink = new FlinkProcesses(Files.createDirectory(directory.resolve("flink")));
    flink.startJobManager();
    flink.startTaskManager("taskmanager-1");
    triage = TriageJob.in(Files.createDirectory(directory.resolve("job")), ROWS);
    folder = triage.folder();
    job = triage.file();
    flink.awaitTaskManagers(1);
  }

  @AfterAll
  void stopCluster() {
    if (flink != null) {
      flink.close();
    }
  }

  @Test
  void flinkRunRunsTheJobOnASessionCluster() throws Exception {
    flink.flinkRun(jar, List.of("-p", "1"), "run", job.toString(), "--set", "output.path=session");
    Path journals = folder.path().resolve("session/_espalier/journal");
    StringBuilder scraped = new StringBuilder();
    AtomicReference<JobFolder.Ended> second = new AtomicReference<>();
    List<WatchedProgress.Moment> moments =
        WatchedProgress.of(
            flink,
            journals,
            () -> {
              scraped.append(flink.scrape());
              if (second.get() == null && TriageJob.files(journals) > 0) {
                second.set(folder.run("run", job.toString(), "--set", "output.path=session"));
              }
            });
    assertThat(flink.exitCode("client")).as(flink.output("client")).isZero();
    assertThat(flink.output("client")).contains(ROWS + " rows written to");
    triage.assertDone("session");
    assertThatFiguresWereLive(moments);
    assertThat(second.get().code()).as(second.get().out()).isEqualTo(2);
    assertThat(second.get().err()).contains("in use by another job: Flink job ", " (job.yaml → ");
    Pattern sample =
        Pattern.compile(
            "(?m)^flink_taskmanager_job_task_operator_espalier_(\\w+)\\{.*\\} ([1-9].*)$");
    assertThat(sample.matcher(scraped).results().map(result -> result.group(1)))
        .contains(
            "rows_done", "tokens_prompt", "tokens_generated", "batch_size", "cache_pages_total");
    assertThat(triage.report("session").at("/job/workers").asInt()).isEqualTo(1);
    assertThat(flink.get("/jobs/overview")).contains("job.yaml → ").contains("/session");
    JobFolder.Ended status = folder.run("status", folder.path().resolve("session").toString());
    assertThat(status.out()).contains("is complete: " + ROWS + " rows, 0 failed");
  }

  @Test
  void aPlanThatIsMadeOnAClusterIsThatOfOneProcess() throws Exception {
    String[] plan = {"plan", job.toString(), "--json", "--set", "output.path=planned"};
    flink.flinkRun(jar, List.of("-p", "1"), plan);
    assertThat(flink.exitCode("client")).as(flink.output("client")).isZero();
    assertThat(flink.output("client")).contains(folder.run(plan).out().strip());
    assertThat(flink.get("/jobs/overview")).contains("plan of job.yaml → ");
    assertThat(folder.path().resolve("planned")).doesNotExist();
  }

  @Test
  void aClusterThatDoesNotAnswerIsSaidBeforeAnythingIsWritten() throws Exception {
    String[] nowhere = {"--runner", "flink", "--flink-master", "127.0.0.1:1"};
    for (String command : List.of("run", "plan", "refresh")) {
      List<String> words = new ArrayList<>(List.of(command, job.toString()));
      words.addAll(List.of("--set", "output.path=nowhere"));
      words.addAll(List.of(nowhere));
      JobFolder.Ended ended = folder.run(words.toArray(String[]::new));
      assertThat(ended.code()).as(ended.err()).isEqualTo(2);
      assertThat(ended.err())
          .contains("runner.master: no Flink cluster can be reached at 127.0.0.1:1: ")
          .contains("write host:port of a JobManager's REST interface");
      assertThat(folder.path().resolve("nowhere")).doesNotExist();
    }
    String id = "0123456789abcdef0123456789abcdef";
    JobFolder.Ended status = folder.run("status", id, "--flink-master", "127.0.0.1:1");
    assertThat(status.code()).as(status.err()).isEqualTo(2);
    assertThat(status.err()).contains("no Flink cluster can be reached at 127.0.0.1:1: ");
  }

  @Test
  void aJobOfMoreWorkersThanSlotsSaysThatItWaitsForThem() throws Exception {
    String[] command = {"run", job.toString(), "--set", "output.path=waited"};
    flink.flinkRun(jar, List.of("-p", "3"), command);
    flink.awaitOutput("client", "waiting | for 3 slots of the cluster: it has ");
    assertThat(flink.output("client"))
        .containsPattern(
            "warning: runner\\.workers: the job needs 3 slots, and the cluster at [^ ]+ has [12] in"
                + " all: it waits until there are as many");
    JobFolder.Ended status = folder.run("status", folder.path().resolve("waited").toString());
    assertThat(status.out()).contains("    it waits for 3 slots of the cluster: it has ");
    flink.startTaskManager("taskmanager-3");
    flink.startTaskManager("taskmanager-4");
    assertThat(flink.exitCode("client")).as(flink.output("client")).isZero();
    assertThat(flink.output("client")).contains("running | ");
    triage.assertDone("waited");
  }

  /** While rows run, the line tells of them, never of more than the journal has. */
  private static void assertThatFiguresWereLive(List<WatchedProgress.Moment> moments) {
    List<String> phases = List.of("reading", "planning", "loading", "running", "writing");
    int phase = 0;
    int rows = 0;
    boolean seen = false;
    for (WatchedProgress.Moment moment : moments) {
      assertThat(phases.indexOf(moment.phase())).as("%s", moments).isGreaterThanOrEqualTo(phase);
      phase = phases.indexOf(moment.phase());
      if (moment.phase().equals("running")) {
        assertThat(moment.rows()).as("%s", moments).isBetween(rows, ROWS);
        assertThat(moment.rows()).as("%s", moments).isLessThanOrEqualTo(moment.journaled());
        rows = moment.rows();
        seen |= rows > 0 && moment.out() > 0 && moment.in() > 0 && moment.left() > 0;
      }
    }
    assertThat(seen).as("rows, rates and time left before the end: %s", moments).isTrue();
  }

  @Test
  @Tag("long") // a second job on the cluster, and another TaskManager for it
  void aDetachedJobIsWatchedRefusedToASecondAndOutlivesATaskManager() throws Exception {
    flink.startTaskManager("taskmanager-2");
    flink.awaitTaskManagers(2);
    String[] command = {"run", job.toString(), "--set", "output.path=detached"};
    flink.flinkRun(jar, List.of("-d", "-p", "2"), command);
    assertThat(flink.exitCode("client")).as(flink.output("client")).isZero();
    String id = flink.output("client").replaceAll("(?s).*espalier status ([0-9a-f]{32}).*", "$1");
    assertThat(flink.output("client")).contains("espalier status " + id);
    Path out = folder.path().resolve("detached");
    flink.await("journal", () -> TriageJob.files(out.resolve("_espalier/journal")) > 0);

    JobFolder.Ended status = folder.run("status", id, "--flink-master", flink.address());
    assertThat(status.out()).contains("job.yaml → ").contains("running").contains("Answer rows");
    assertThat(folder.run("status", out.toString()).out()).isNotEmpty();
    JobFolder.Ended second = folder.run("run", job.toString(), "--set", "output.path=detached");
    assertThat(second.code()).isEqualTo(2);
    assertThat(second.err())
        .contains("in use by another job: Flink job " + id + " (job.yaml → " + out + ") on ");

    flink.kill("taskmanager-1");
    flink.startTaskManager("taskmanager-1");
    Pattern ended = Pattern.compile("\"state\":\"(FINISHED|FAILED|CANCELED)\"");
    flink.await("end of the job", () -> ended.matcher(flink.get("/jobs/" + id)).find());
    assertThat(flink.get("/jobs/" + id)).as(flink.outputs()).contains("\"state\":\"FINISHED\"");
    triage.assertDone("detached");
    assertThat(triage.report("detached").at("/job/workers").asInt()).isEqualTo(2);
    flink.awaitTaskManagers(2);
  }

  @Test
  void anApplicationsJobManagerRunsTheCommand(@TempDir Path directory) throws Exception {
    try (FlinkProcesses application = new FlinkProcesses(directory)) {
      String[] command = {"run", job.toString(), "--set", "output.path=application"};
      application.startApplication(jar, command);
      application.startTaskManager("taskmanager");
      assertThat(application.exitCode("application")).as(application.outputs()).isZero();
      triage.assertDone("application");
    }
  }

  @Test
  @Tag("long") // one more cluster, which ends when it has read the table
  void anApplicationWithNothingToDoHasNotFailed(@TempDir Path directory) throws Exception {
    String[] command = {"run", job.toString(), "--set", "output.path=nothing"};
    assertThat(folder.run(command).code()).isZero();
    try (FlinkProcesses application = new FlinkProcesses(directory)) {
      application.startApplication(jar, command);
      application.startTaskManager("taskmanager");
      assertThat(application.exitCode("application")).as(application.outputs()).isZero();
      assertThat(application.output("application"))
          .contains("nothing to do; " + ROWS + " rows, 0 failed");
    }
  }
}
