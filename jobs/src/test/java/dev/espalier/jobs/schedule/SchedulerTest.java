package dev.espalier.jobs.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.jobs.schedule.log.LogOvertakenException;
import dev.espalier.jobs.schedule.log.RunFigures;
import dev.espalier.jobs.schedule.log.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of fires: runs, attempts, requests, hooks. */
class SchedulerTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @TempDir Path directory;
  private TestWorld world;

  private void begin(String now, String yaml) throws IOException {
    world = TestWorld.begun(directory, Instant.parse(now), yaml);
  }

  @Test
  void whileARunLastsFiresArePassedOverOrWait() throws IOException {
    begin(
        "2026-01-01T00:30:00Z",
        """
        devices: {cpu: 2}
        jobs:
          forbid: {job: j.yaml, cron: '0 * * * *'}
          queue: {job: j.yaml, cron: '0 * * * *', overlap: queue}
        """);
    for (int hour = 1; hour <= 3; hour++) {
      world.tickAt("2026-01-01T0" + hour + ":00:00Z");
    }
    assertThat(world.threads).hasSize(2);
    world.finish();
    assertThat(world.fired("forbid")).containsExactly("2026-01-01T01:00Z");
    assertThat(world.state().jobs().get("forbid").totals().passed()).isEqualTo(2);
    assertThat(world.fired("queue"))
        .containsExactly("2026-01-01T01:00Z", "2026-01-01T02:00Z", "2026-01-01T03:00Z");
    assertThat(world.calls.stream().filter(call -> call.startsWith("queue")))
        .containsExactly(
            "queue 2026-01-01T01:00Z 1", "queue 2026-01-01T02:00Z 1", "queue 2026-01-01T03:00Z 1");
  }

  @Test
  void attemptsKeepTheLogicalTimeAndComeLaterAndLater() throws IOException {
    begin(
        "2026-01-01T00:59:00Z",
        "jobs: {j: {job: j.yaml, cron: '0 1 * * *', retries: {count: 3, backoff: 1m, most: 3m}}}");
    world.codes.put("j", new ArrayList<>(List.of(3, 3, 3, 0)));
    world.tickAt("2026-01-01T01:00:00Z");
    world.finish();
    world.tickAt("2026-01-01T01:00:59Z");
    assertThat(world.threads).isEmpty();
    world.tickAt("2026-01-01T01:01:00Z");
    world.finish();
    world.tickAt("2026-01-01T01:02:59Z");
    assertThat(world.threads).isEmpty();
    world.tickAt("2026-01-01T01:03:00Z");
    world.finish();
    world.tickAt("2026-01-01T01:05:59Z");
    assertThat(world.threads).isEmpty();
    world.tickAt("2026-01-01T01:06:00Z");
    world.finish();
    assertThat(world.calls)
        .containsExactly(
            "j 2026-01-01T01:00Z 1",
            "j 2026-01-01T01:00Z 2",
            "j 2026-01-01T01:00Z 3",
            "j 2026-01-01T01:00Z 4");
    assertThat(world.state().runs().values())
        .singleElement()
        .matches(RunRecord::succeeded)
        .matches(run -> run.attempt() == 4);
    assertThat(world.state().jobs().get("j").totals().retried()).isEqualTo(3);
  }

  /** Bad rows, a bad configuration, a check that failed, worse results: each would be so again. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 5})
  void whatAnotherTryDoesNotMendIsNotTriedAgain(int code) throws IOException {
    begin(
        "2026-01-01T00:59:00Z",
        "jobs: {j: {job: j.yaml, cron: '0 1 * * *', retries: {count: 3, backoff: 1m}}}");
    world.codes.put("j", new ArrayList<>(List.of(code)));
    world.tickAt("2026-01-01T01:00:00Z");
    world.finish();
    assertThat(world.state().runs().values())
        .singleElement()
        .matches(run -> run.exitCode() == code && !run.isActive());
  }

  @Test
  void aDeadlineStopsWhatRunsAndEndsWhatWaits() throws IOException {
    begin(
        "2026-01-01T00:59:00Z",
        "jobs: {j: {job: j.yaml, cron: '0 1 * * *', deadline: 1h, overlap: queue, retries: {count:"
            + " 5}}}");
    world.tickAt("2026-01-01T01:00:00Z");
    world.place().requests().ask(TestWorld.trigger("j", "2025-12-31T00:00Z"));
    world.tickAfter(SECOND);
    world.tickAt("2026-01-01T01:59:59Z");
    assertThat(world.state().active()).hasSize(2);
    world.tickAt("2026-01-01T02:00:01Z");
    assertThat(world.state().active()).hasSize(1); // the one that waited has ended
    world.codes.put("j", new ArrayList<>(List.of(3)));
    world.finish();
    assertThat(world.state().active()).isEmpty();
    assertThat(world.state().runs().get("j.20260101T010000Z").message())
        .isEqualTo("stopped at its deadline: it failed");
    assertThat(world.state().runs().get("j.20251231T000000Z").message())
        .isEqualTo("its deadline passed while it waited");
    assertThat(world.state().runs().values()).allMatch(run -> run.exitCode() == 3);
  }

  @Test
  void startsArePutOffByAPartOfTheJitterThatIsTheSameEachTime() throws IOException {
    begin("2026-01-01T00:59:00Z", "jobs: {j: {job: j.yaml, cron: '0 * * * *', jitter: 10m}}");
    Duration put = Jitter.of("j", Instant.parse("2026-01-01T01:00:00Z"), Duration.ofMinutes(10));
    assertThat(put).isEqualTo(Duration.ofMillis(29_382)).isLessThan(Duration.ofMinutes(10));
    world.now = Instant.parse("2026-01-01T01:00:00Z").plus(put).minusMillis(1);
    world.scheduler.tick();
    assertThat(world.threads).isEmpty();
    world.now = world.now.plusMillis(1);
    world.scheduler.tick();
    world.finish();
    assertThat(world.calls).containsExactly("j 2026-01-01T01:00Z 1");
  }

  @Test
  void eachDeviceHasAsManyRunsAsItMay() throws IOException {
    begin(
        "2026-01-01T00:59:00Z",
        """
        devices: {cuda:1: 2}
        jobs:
          a: {job: j.yaml, cron: '0 1 * * *'}
          b: {job: j.yaml, cron: '0 1 * * *'}
          c: {job: j.yaml, cron: '0 1 * * *'}
          d: {job: j.yaml, cron: '0 1 * * *'}
          e: {job: j.yaml, cron: '0 1 * * *'}
          f: {job: j.yaml, cron: '0 1 * * *'}
        """);
    world.devices.putAll(
        Map.of(
            "a", Set.of("cuda:0"),
            "b", Set.of("cuda:0", "cuda:1"),
            "c", Set.of("cuda:1"),
            "d", Set.of("cuda:1"),
            "e", Set.of("cuda:*"),
            "f", Set.of("jobmanager:8081")));
    world.tickAt("2026-01-01T01:00:00Z");
    assertThat(running()).containsExactlyInAnyOrder("a", "c", "d", "f");
    world.finish();
    assertThat(world.state().active()).isEmpty();
    assertThat(world.calls).hasSize(6);
  }

  private List<String> running() throws IOException {
    return world.state().active().stream()
        .filter(run -> run.phase() == RunRecord.Phase.RUNNING)
        .map(RunRecord::job)
        .toList();
  }

  @Test
  void requestsAreMetOnceAndOutliveTheScheduler() throws IOException {
    begin(
        "2026-01-01T00:30:00Z",
        "jobs: {j: {job: j.yaml, cron: '0 * * * *'}, k: {job: j.yaml, after: j}}");
    Request request = TestWorld.trigger("j", "2025-06-01T00:00Z", "2025-06-02T00:00Z");
    world.place().requests().ask(request);
    world.place().requests().ask(new Request("p", Request.Kind.PAUSE, "j", List.of(), 2));
    world.tickAfter(SECOND);
    world.place().requests().ask(request); // as if it had not been removed
    world.begin();
    world.tickAfter(SECOND);
    world.finish();
    assertThat(world.fired("j")).containsExactly("2025-06-01T00:00Z", "2025-06-02T00:00Z");
    assertThat(world.state().runs().get("j.20250601T000000Z").request()).isEqualTo(request.id());
    world.tickAt("2026-01-01T01:00:00Z");
    world.finish();
    assertThat(world.fired("j")).hasSize(2);
    assertThat(world.state().jobs().get("j").note())
        .isEqualTo("the fire of 2026-01-01T01:00Z was passed over: the job is paused");
    world.place().requests().ask(new Request("r", Request.Kind.RESUME, "j", List.of(), 3));
    world.tickAfter(SECOND);
    world.tickAt("2026-01-01T02:00:00Z");
    world.finish();
    assertThat(world.fired("j")).hasSize(3);
    assertThat(directory.resolve("state/requests")).isEmptyDirectory();
  }

  @Test
  void aSchedulerThatWasOvertakenStartsNothing() throws IOException {
    begin("2026-01-01T00:30:00Z", "jobs: {j: {job: j.yaml, cron: '0 * * * *'}}");
    TestWorld other =
        new TestWorld(directory, world.now, "jobs: {j: {job: j.yaml, cron: '0 * * * *'}}");
    other.begin();
    assertThatThrownBy(() -> world.tickAt("2026-01-01T01:00:00Z"))
        .isInstanceOf(LogOvertakenException.class);
    assertThat(world.threads).isEmpty();
    other.tickAt("2026-01-01T01:00:00Z");
    other.finish();
    assertThat(other.fired("j")).containsExactly("2026-01-01T01:00Z");
  }

  @Test
  void hooksAreToldOfWhatTheyAskForUntilItIsKnownThatTheyWere() throws IOException {
    begin(
        "2026-01-01T00:30:00Z",
        """
        jobs: {j: {job: j.yaml, cron: '0 * * * *'}, k: {job: j.yaml, cron: '0 * * * *'}}
        hooks:
        - {name: ok, on: success, jobs: j, webhook: 'http://localhost/'}
        - {name: bad, command: [mail]}
        - {name: drift, drift: 5%, command: [mail]}
        """);
    world.codes.put("k", new ArrayList<>(List.of(4)));
    world.figures = new RunFigures(100L, 0L, 100L, 0.06, 1L, 1L, 1L, 1L);
    world.tickAt("2026-01-01T01:00:00Z");
    world.finish();
    assertThat(world.told)
        .containsExactly(
            "ok SUCCESS j.20260101T010000Z",
            "drift DRIFT j.20260101T010000Z",
            "bad FAILURE k.20260101T010000Z",
            "drift FAILURE k.20260101T010000Z");
    world.untold.get(0).accept("answered 200");
    world.tickAfter(SECOND);
    world.told.clear();
    world.begin();
    world.tickAfter(SECOND);
    assertThat(world.told).hasSize(3).noneMatch(line -> line.startsWith("ok"));
    world.untold.forEach(outcome -> outcome.accept("done"));
    world.tickAfter(SECOND);
    world.told.clear();
    world.begin();
    world.tickAfter(SECOND);
    assertThat(world.told).isEmpty();
    assertThat(world.state().runs().get("j.20260101T010000Z").hooks())
        .containsEntry("ok", "answered 200");
  }

  /** The process ends between the end of a run and its hook, and the job leaves the schedule. */
  @Test
  void whatAJobThatLeftHasToTellIsTold() throws IOException {
    String hooks = "hooks: [{name: bad, command: [mail]}]\n";
    begin("2026-01-01T00:30:00Z", hooks + "jobs: {j: {job: j.yaml, cron: '0 * * * *'}}");
    world.codes.put("j", new ArrayList<>(List.of(3)));
    world.tickAt("2026-01-01T01:00:00Z");
    world.finish();
    world.told.clear();
    world.untold.clear();
    world.replace(hooks + "jobs: {k: {job: j.yaml, after: [l]}, l: {job: j.yaml}}");
    world.begin();
    world.tickAfter(SECOND);
    assertThat(world.told).containsExactly("bad FAILURE j.20260101T010000Z");
    world.tickAfter(SECOND);
    assertThat(world.told).hasSize(1);
    assertThat(world.state().jobs()).containsKey("j");
    world.untold.get(0).accept("answered 200");
    world.tickAfter(SECOND);
    world.tickAfter(SECOND);
    assertThat(world.state().jobs()).containsOnlyKeys("k", "l");
    assertThat(world.state().runs()).isEmpty();
    assertThat(world.threads).isEmpty();
  }

  /** A run that waits does not fail for its deadline when its job is in the schedule no more. */
  @Test
  void whatWaitsOfAJobThatLeftIsGoneWhileAnotherRunOfItLasts() throws IOException {
    String job = "j: {job: j.yaml, cron: '0 * * * *', overlap: queue, deadline: 90m}, ";
    String yaml = "{hooks: [{name: bad, command: [mail]}], jobs: {%sk: {job: j.yaml}}}";
    begin("2026-01-01T00:30:00Z", yaml.formatted(job));
    world.tickAt("2026-01-01T01:00:00Z");
    world.tickAt("2026-01-01T02:00:00Z");
    assertThat(world.fired("j")).hasSize(2);
    world.replace(yaml.formatted(""));
    world.tickAfter(SECOND);
    assertThat(world.fired("j")).containsExactly("2026-01-01T01:00Z");
    world.tickAt("2026-01-01T04:00:00Z");
    assertThat(world.told).isEmpty();
    world.finish();
    assertThat(world.told).containsExactly("bad FAILURE j.20260101T010000Z");
    world.untold.get(0).accept("answered 200");
    world.tickAfter(SECOND);
    world.tickAfter(SECOND);
    assertThat(world.state().jobs()).containsOnlyKeys("k");
  }

  @Test
  void runsThatAreOldAreForgottenWithWhatTheyPrinted() throws IOException {
    begin("2026-01-01T00:30:00Z", "{history: 3, jobs: {j: {job: j.yaml, cron: '0 * * * *'}}}");
    for (int hour = 1; hour <= 9; hour++) {
      world.tickAt("2026-01-01T0" + hour + ":00:00Z");
      world.finish();
    }
    assertThat(world.fired("j"))
        .containsExactly("2026-01-01T07:00Z", "2026-01-01T08:00Z", "2026-01-01T09:00Z");
    try (var files = Files.list(directory.resolve("state/runs"))) {
      assertThat(files).hasSize(3);
    }
    assertThat(world.state().jobs().get("j").totals().succeeded()).isEqualTo(9);
    assertThat(world.place().outputs("j.20260101T090000Z")).hasSize(1);
    assertThat(directory.resolve("state/runs/j.20260101T090000Z.1.log"))
        .hasContent("ran 2026-01-01T09:00Z");
  }

  @Test
  void noRunHasTheIdOfOneThatIsForgotten() throws IOException {
    begin("2026-01-01T00:30:00Z", "{history: 2, jobs: {j: {job: j.yaml, cron: '0 * * * *'}}}");
    Set<String> ids = new TreeSet<>();
    int runs = 0;
    for (int hour = 1; hour <= 8; hour++) {
      world.tickAt("2026-01-01T0" + hour + ":00:00Z");
      world.finish();
      runs++;
      ids.addAll(world.state().runs().keySet());
      assertThat(ids).contains("j.20260101T0" + hour + "0000Z").hasSize(runs);
      if (hour % 2 == 0) {
        world.place().requests().ask(TestWorld.trigger("j", "2026-01-01T01:00Z"));
        world.tickAfter(SECOND);
        world.finish();
        runs++;
        ids.addAll(world.state().runs().keySet());
        assertThat(ids).as("after a backfill").hasSize(runs);
      }
    }
  }

  @Test
  void aStorageThatDoesNotAnswerForATimeLosesNothing() throws IOException {
    begin("2026-01-01T00:30:00Z", "jobs: {j: {job: j.yaml, cron: '0 * * * *'}}");
    CrashingStorage storage = new CrashingStorage(world.storage);
    world.storage = storage;
    world.begin();
    world.tickAt("2026-01-01T01:00:00Z");
    world.threads.remove(0).run(); // has ended, and nobody wrote it down
    storage.failing(true);
    assertThatThrownBy(() -> world.tickAfter(SECOND)).isInstanceOf(IOException.class);
    storage.failing(false);
    world.tickAfter(SECOND);
    assertThat(world.state().runs().values()).singleElement().matches(RunRecord::succeeded);
    assertThat(world.calls).hasSize(1);
  }

  @Test
  void aRunThatEndsItsProcessEachTimeFailsInTheEnd() throws IOException {
    begin("2026-01-01T00:30:00Z", "jobs: {j: {job: j.yaml, cron: '0 1 * * *'}}");
    world.tickAt("2026-01-01T01:00:00Z");
    for (int process = 0; process < 25; process++) {
      world.begin();
      world.tickAfter(SECOND);
    }
    assertThat(world.state().runs().values())
        .singleElement()
        .matches(run -> !run.isActive() && run.exitCode() == 3 && run.attempt() == 1)
        .matches(run -> run.message().equals("the process ended 21 times while it ran"));
  }

  /** Whoever can write to the state directory can leave anything there; it stops no job. */
  @Test
  void whatIsNoRequestIsRemoved() throws IOException {
    begin("2026-01-01T00:00:00Z", "jobs: {j: {job: j.yaml}}");
    Path requests = Files.createDirectories(directory.resolve("state/requests"));
    Files.writeString(requests.resolve("a.json"), "{}");
    Files.writeString(requests.resolve("b.json"), "null");
    Files.writeString(requests.resolve("c.json"), "");
    Files.writeString(requests.resolve("d.json"), "[1");
    String request = "{\"id\": \"%s\", \"kind\": \"TRIGGER\", \"job\": \"j\", \"at\": [\"%s\"]}";
    Files.writeString(requests.resolve("e.json"), request.formatted("e", "tomorrow"));
    Files.writeString(requests.resolve("f.json"), request.formatted("other", "2026-01-01T00:00Z"));
    Files.writeString(requests.resolve("g.json"), request.formatted("g", "2026-01-02T00:00Z"));
    world.tickAfter(SECOND);
    assertThat(requests).isEmptyDirectory();
    assertThat(world.fired("j")).containsExactly("2026-01-02T00:00Z");
  }

  /** Each way in which a run is forgotten, and a process that ended before it could remove. */
  @Test
  void whatRunsPrintedGoesWithThem() throws IOException {
    String jobs = "jobs: {j: {job: j.yaml, cron: '0 * * * *', deadline: 10m}%s}";
    begin("2026-01-01T00:30:00Z", "{history: 1, " + jobs.formatted(", k: {job: j.yaml}") + "}");
    Path runs = Files.createDirectories(directory.resolve("state/runs"));
    world.tickAt("2026-01-01T01:00:00Z");
    world.finish();
    assertThat(runs.resolve("j.20260101T010000Z.1.log")).exists();
    // One that waits until its deadline ends, and the one before it is forgotten.
    world.devices.put("k", Set.of("cpu"));
    Request request = TestWorld.trigger("k", "2026-01-01T00:00Z");
    world.place().requests().ask(request);
    world.tickAt("2026-01-01T01:59:00Z");
    world.tickAt("2026-01-01T02:00:00Z");
    world.tickAt("2026-01-01T02:10:00Z");
    assertThat(world.fired("j")).containsExactly("2026-01-01T02:00Z");
    assertThat(runs.resolve("j.20260101T010000Z.1.log")).doesNotExist();
    world.finish();
    assertThat(runs.resolve("k.20260101T000000Z.1.log")).exists();
    // A job that is in the schedule no more.
    world.replace("{history: 1, " + jobs.formatted("") + "}");
    world.tickAfter(SECOND);
    assertThat(runs).isEmptyDirectory();
    Files.writeString(runs.resolve("j.20250101T010000Z.3.log"), "old");
    Files.writeString(runs.resolve("notes.txt"), "not ours");
    world.begin();
    world.tickAfter(SECOND);
    assertThat(runs.toFile().list()).containsExactly("notes.txt");
  }

  /** What is wrong with the files of one job is for its run to say. */
  @Test
  void aJobWhoseDevicesCannotBeToldStopsNoOther() throws IOException {
    begin("2026-01-01T00:59:00Z", "jobs: {a: {job: j.yaml, cron: '0 1 * * *'}}");
    world.devices.put("a", null);
    world.tickAt("2026-01-01T01:00:00Z");
    world.finish();
    assertThat(world.calls).containsExactly("a 2026-01-01T01:00Z 1");
  }
}
