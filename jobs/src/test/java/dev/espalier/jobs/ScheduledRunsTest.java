package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.io.storage.StorageOptions;
import dev.espalier.jobs.schedule.Moment;
import dev.espalier.jobs.schedule.SchedulePlace;
import dev.espalier.jobs.schedule.Scheduler;
import dev.espalier.jobs.schedule.file.ScheduledJob;
import dev.espalier.jobs.schedule.log.RunRecord;
import dev.espalier.jobs.schedule.log.ScheduleLog;
import dev.espalier.jobs.schedule.log.ScheduleState;
import dev.espalier.pipeline.EnginePool;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs of a schedule as they really run: with the command, the engine, and files that change. */
class ScheduledRunsTest {
  private static final String PROGRAM =
      """
      steps:
        - user: "{{ row.body }}"
        - {gen: word, maxTokens: 4}
      """;

  @TempDir Path path;
  private JobFolder folder;
  private Instant now = Instant.parse("2026-03-01T00:30:00Z");
  private final AtomicLong nanos = new AtomicLong();
  private ScheduleFileSource source;
  private Scheduler scheduler;

  @BeforeEach
  void writeJob() throws IOException {
    folder = new JobFolder(path);
    folder.write("program.yaml", PROGRAM);
    folder.write("rows.jsonl", JobFolder.TICKETS.subList(0, 4));
    folder.write(
        "job.yaml",
        """
        model: builtin:nano
        program: program.yaml
        input: {path: rows.jsonl, id: id}
        output: {path: "out/{{ date }}-{{ hour }}"}
        engine: {kvCacheBytes: 32MiB}
        runner: direct
        """);
  }

  @AfterEach
  void closeEngines() {
    EnginePool.closeAll();
  }

  private void begin(String schedule) throws Exception {
    folder.write("schedule.yaml", schedule);
    source = ScheduleFileSource.open(path.resolve("schedule.yaml"), List.of("run", "refresh"));
    StorageOptions options = StorageOptions.defaults();
    SchedulePlace place =
        new SchedulePlace(options.open(path.toString()), source.current().state());
    LastGoodFiles files = new LastGoodFiles(place.storage(), place.good());
    FileNotices notices = new FileNotices(this::call, files, Runnable::run, nanos::get);
    CommandAction action =
        new CommandAction(options, List.of(), files, notices, () -> source.current().engineIdle());
    scheduler =
        new Scheduler(
            source,
            ScheduleLog.open(place.storage(), place.log(), now.toEpochMilli()),
            place,
            options,
            action,
            Runnable::run,
            (hook, run, outcome) -> outcome.accept("told"),
            () -> now,
            Duration.ZERO);
    scheduler.tick();
  }

  private JobCall call(ScheduledJob job) {
    String at = now.atZone(ZoneOffset.UTC).toString();
    return new JobCall(job, at, StorageOptions.defaults(), List.of());
  }

  private void at(String time) throws IOException {
    now = Instant.parse(time);
    nanos.addAndGet(10_000_000_000L);
    for (int tick = 0; tick < 4; tick++) { // what ended is seen by the next tick
      scheduler.tick();
    }
  }

  private ScheduleState state() {
    return scheduler.moment().orElseThrow().state();
  }

  @Test
  void aSweepRunsOfADayAndItsResultsAreKeptUnderThatDay() throws Exception {
    folder.write("set.yaml", "steps: [{set: word, to: yes}]");
    folder.write(
        "sweep.yaml",
        """
        output: sweep
        models: {nano: builtin:nano}
        tasks:
          - {name: t, program: set.yaml, input: rows.jsonl, expect: "{{ 'yes' }}", answer: word}
        """);
    begin(
        """
        page: {port: 0}
        jobs:
          evaluation: {sweep: sweep.yaml, cron: "0 2 * * *", failIf: "seems worse:t by 0.5"}
        """);
    at("2026-03-01T02:00:01Z");
    at("2026-03-02T02:00:01Z");
    folder.write("set.yaml", "steps: [{set: word, to: no}]");
    at("2026-03-03T02:00:01Z");

    List<RunRecord> runs = state().runsOf("evaluation");
    assertThat(runs.stream().map(RunRecord::exitCode))
        .containsExactlyInAnyOrder(0, 0, Espalier.CONDITION_HOLDS);
    assertThat(runs.toString()).contains("failed: seems worse:t by 0.5: t of nano differs by -1");
    try (Stream<Path> days = Files.list(path.resolve("sweep/_espalier/history"))) {
      assertThat(days.map(day -> day.getFileName().toString()))
          .containsExactlyInAnyOrder("2026-03-01.json", "2026-03-02.json", "2026-03-03.json");
    }
    folder.write("sweep.yaml", "tasks: 7");
    at("2026-03-03T02:10:00Z");
    assertThat(scheduler.moment().orElseThrow().notices().get("evaluation")).contains("sweep.yaml");
  }

  @Test
  void oneEngineStaysLoadedBetweenRunsAndTheirTablesAreThoseOfTheCommand() throws Exception {
    begin(
        """
        jobs:
          a: {job: job.yaml, cron: "0 * * * *"}
          b: {job: job.yaml, after: a, set: {output.path: "below/{{ date }}-{{ hour }}"}}
        """);
    long before = ModelOnDevice.openings();
    at("2026-03-01T01:00:00Z");
    assertThat(state().runs().values()).hasSize(2).allMatch(RunRecord::succeeded);
    assertThat(ModelOnDevice.openings() - before).isEqualTo(1);
    assertThat(
            folder
                .run("run", path.resolve("job.yaml").toString(), "--at", "2026-03-09T09:00Z")
                .code())
        .isEqualTo(0);
    assertThat(folder.hashes("out/2026-03-01-01"))
        .isEqualTo(folder.hashes("out/2026-03-09-09"))
        .isEqualTo(folder.hashes("below/2026-03-01-01"));
    RunRecord run = state().runs().get("a.20260301T010000Z");
    assertThat(run.figures().rows()).isEqualTo(4);
    assertThat(run.figures().generatedTokens()).isPositive();
    assertThat(folder.read("schedule.state/runs/a.20260301T010000Z.1.log"))
        .contains("4 rows written to");
    // What was done before is told by nobody again: both runs had the same to do.
    assertThat(run.figures().generatedTokens())
        .isEqualTo(state().runs().get("b.20260301T010000Z").figures().generatedTokens());
  }

  @Test
  void filesAreReplacedWhileItRunsAndThoseThatDoNotCheckStayOut() throws Exception {
    begin("jobs: {a: {job: job.yaml, cron: '0 * * * *'}}");
    at("2026-03-01T01:00:00Z");
    folder.write("program.yaml", PROGRAM.replace("gen: word", "gen: word, tokns: 3"));
    at("2026-03-01T01:30:00Z");
    assertThat(scheduler.moment().orElseThrow().notices().get("a"))
        .contains("program.yaml:3:", "tokns", "; the last files that check go on");
    at("2026-03-01T02:00:00Z");
    RunRecord kept = state().runs().get("a.20260301T020000Z");
    assertThat(kept.succeeded()).isTrue();
    assertThat(kept.message()).contains("the last files that check go on");
    assertThat(folder.hashes("out/2026-03-01-02")).isEqualTo(folder.hashes("out/2026-03-01-01"));
    // After a start too: the last good files are kept.
    begin("jobs: {a: {job: job.yaml, cron: '0 * * * *'}}");
    folder.write("job.yaml", folder.read("job.yaml") + "sed: 3\n");
    at("2026-03-01T03:00:00Z");
    assertThat(state().runs().get("a.20260301T030000Z").succeeded()).isTrue();
    assertThat(folder.hashes("out/2026-03-01-03")).isEqualTo(folder.hashes("out/2026-03-01-01"));
    folder.write("job.yaml", folder.read("job.yaml").replace("sed: 3\n", ""));
    folder.write("program.yaml", PROGRAM.replace("gen: word", "gen: other"));
    at("2026-03-01T04:00:00Z");
    assertThat(state().runs().get("a.20260301T040000Z").message()).isNull();
    assertThat(scheduler.moment().orElseThrow().notices()).isEmpty();
    assertThat(folder.hashes("out/2026-03-01-04")).isNotEqualTo(folder.hashes("out/2026-03-01-01"));
  }

  /** Files go on for themselves alone, not for those of another job that is given their name. */
  @Test
  void anotherJobOfTheSameNameDoesNotRunTheTextsOfTheFormer() throws Exception {
    folder.write("broken.yaml", PROGRAM.replace("gen: word", "gen: word, tokns: 3"));
    folder.write("other.yaml", folder.read("job.yaml") + "sed: 3\n");
    String schedule =
        "jobs: {a: {job: %s, cron: '0 * * * *', set: {output.path: 'out/{{ hour }}'%s}}}";
    begin(schedule.formatted("job.yaml", ""));
    at("2026-03-01T01:00:00Z");
    assertThat(state().runs().get("a.20260301T010000Z").succeeded()).isTrue();
    begin(schedule.formatted("other.yaml", ""));
    at("2026-03-01T02:00:00Z");
    begin(schedule.formatted("job.yaml", ", program: broken.yaml"));
    at("2026-03-01T03:00:00Z");
    assertThat(state().runs().get("a.20260301T020000Z").exitCode()).isEqualTo(2);
    assertThat(state().runs().get("a.20260301T020000Z").message()).contains("other.yaml", "sed");
    assertThat(state().runs().get("a.20260301T030000Z").exitCode()).isEqualTo(2);
    assertThat(state().runs().get("a.20260301T030000Z").message()).contains("broken.yaml", "tokns");
    assertThat(path.resolve("out/02")).doesNotExist();
    assertThat(path.resolve("out/03")).doesNotExist();
    begin(schedule.formatted("job.yaml", "")); // that of the name before, unless it is replaced
    folder.write("program.yaml", "steps: 1");
    at("2026-03-01T04:00:00Z");
    assertThat(state().runs().get("a.20260301T040000Z").succeeded()).isTrue();
  }

  @Test
  void aJudgeThatDoesNotCheckStaysOutToo() throws Exception {
    folder.write("judge.yaml", "steps: [{set: ok, to: true}]");
    folder.write(
        "job.yaml",
        folder.read("job.yaml") + "checks: {judge: {program: judge.yaml, rows: 2, column: ok}}\n");
    String schedule =
        "jobs: {a: {job: job.yaml, command: refresh, cron: '0 * * * *', set: {output.path: out}}}";
    begin(schedule);
    at("2026-03-01T01:00:00Z");
    assertThat(state().runs().get("a.20260301T010000Z").succeeded()).isTrue();
    folder.write("judge.yaml", "steps: [{sett: ok}]");
    at("2026-03-01T01:30:00Z");
    assertThat(scheduler.moment().orElseThrow().notices().get("a"))
        .contains("judge.yaml:1:", "; the last files that check go on");
    begin(schedule); // the last good judge is kept with the state
    at("2026-03-01T02:00:00Z");
    RunRecord kept = state().runs().get("a.20260301T020000Z");
    assertThat(kept.succeeded()).isTrue();
    assertThat(kept.message()).contains("the last files that check go on");
    folder.write("judge.yaml", "steps: [{set: ok, to: false}]");
    folder.write("rows.jsonl", JobFolder.TICKETS.subList(0, 3)); // else there is nothing to judge
    at("2026-03-01T03:00:00Z");
    assertThat(state().runs().get("a.20260301T030000Z").exitCode()).isEqualTo(4);
    assertThat(scheduler.moment().orElseThrow().notices()).isEmpty();
  }

  @Test
  void theScheduleIsReplacedToo() throws Exception {
    begin("jobs: {a: {job: job.yaml}}");
    folder.write("schedule.yaml", "jobs: {a: {job: job.yaml, cron: '0 * * *'}}");
    at("2026-03-01T00:31:00Z");
    assertThat(scheduler.moment().orElseThrow().notices().get(""))
        .contains("schedule.yaml:1:27", "it has 4 fields", "the last schedule that checks goes on");
    folder.write("schedule.yaml", "jobs: {a: {job: job.yaml, cron: '0 1 * * *'}}");
    at("2026-03-01T00:32:00Z");
    assertThat(scheduler.moment().orElseThrow().notices()).isEmpty();
    at("2026-03-01T01:00:00Z");
    assertThat(state().runs()).containsKey("a.20260301T010000Z");
  }

  @Test
  void aScheduleIsTakenWhenTheJobFileThatItNamesComes() throws Exception {
    begin("jobs: {a: {job: job.yaml}}");
    folder.write("schedule.yaml", "jobs: {a: {job: job.yaml}, b: {job: later.yaml}}");
    at("2026-03-01T00:31:00Z");
    assertThat(scheduler.moment().orElseThrow().notices().get(""))
        .contains("there is no such job file", "the last schedule that checks goes on");
    folder.write("later.yaml", folder.read("job.yaml").replace("out/", "later/"));
    at("2026-03-01T00:32:00Z");
    assertThat(scheduler.moment().orElseThrow().notices()).isEmpty();
    assertThat(scheduler.moment().orElseThrow().schedule().jobs()).hasSize(2);
  }

  @Test
  void aRefreshTellsWhatItSavedAndHowMuchChanged() throws Exception {
    begin(
        """
jobs:
  a:
    job: job.yaml
    command: refresh
    cron: "0 * * * *"
    set: {output.path: out/kept}
hooks: [{name: drift, drift: 20%, command: [mail]}, {name: large, drift: 30%, command: [m]}]
""");
    at("2026-03-01T01:00:00Z");
    assertThat(state().runs().get("a.20260301T010000Z").figures().changedShare()).isNull();
    List<String> rows = new ArrayList<>(JobFolder.TICKETS.subList(0, 4));
    rows.set(0, rows.get(0).replaceFirst("\"body\": *\"", "\"body\": \"Parrots eat maps. "));
    folder.write("rows.jsonl", rows);
    at("2026-03-01T02:00:00Z");
    RunRecord run = state().runs().get("a.20260301T020000Z");
    assertThat(run.succeeded()).isTrue();
    assertThat(run.figures().computed()).isEqualTo(1);
    assertThat(run.figures().savedTokens()).isPositive();
    assertThat(run.figures().changedShare()).isEqualTo(0.25);
    assertThat(run.hooks()).isEqualTo(Map.of("drift", "told"));
    at("2026-03-01T03:00:00Z"); // nothing changed
    assertThat(state().runs().get("a.20260301T030000Z").succeeded()).isTrue();
    assertThat(state().jobs().get("a").totals().succeeded()).isEqualTo(3);
  }

  @Test
  void exitCodesAreThoseOfTheCommand() throws Exception {
    folder.write("bad.yaml", folder.read("job.yaml").replace("rows.jsonl", "none.jsonl"));
    begin(
        """
        jobs:
          bad: {job: bad.yaml, cron: "0 1 * * *", set: {output.path: out/bad}}
        """);
    at("2026-03-01T01:00:00Z");
    assertThat(state().runs().get("bad.20260301T010000Z").exitCode()).isEqualTo(2);
    assertThat(state().runs().get("bad.20260301T010000Z").message())
        .contains("none.jsonl: no such file or directory");
    assertThat(Files.exists(path.resolve("out/bad"))).isFalse();
  }

  /** The page, the runs and the hooks have nothing else to say why. */
  @Test
  void aRunThatFailedSaysWhy() throws Exception {
    folder.write(
        "fails.yaml",
        folder.read("job.yaml").replace("program.yaml", "wrong.yaml")
            + "checks: {rows: {least: 9}}\n");
    folder.write(
        "wrong.yaml", "steps:\n  - user: \"{{ row.none }}\"\n  - {gen: a, maxTokens: 1}\n");
    begin(
        """
        jobs:
          rows: {job: fails.yaml, command: run, cron: "0 1 * * *", set: {output.path: out/rows}}
          check:
            job: fails.yaml
            command: refresh
            cron: "0 1 * * *"
            set: {output.path: out/check, program: program.yaml}
        """);
    at("2026-03-01T01:00:00Z");
    RunRecord rows = state().runs().get("rows.20260301T010000Z");
    assertThat(rows.exitCode()).isEqualTo(1);
    assertThat(rows.message()).startsWith("100% failed, and maxFailures is 0.1%");
    RunRecord check = state().runs().get("check.20260301T010000Z");
    assertThat(check.exitCode()).isEqualTo(4);
    assertThat(check.message()).startsWith("check failed: ").contains("9");
  }

  @Test
  void runsThatBeginAtOnceAreToldToo() throws Exception {
    begin("{jobs: {a: {job: job.yaml, cron: '0 1 * * *'}}}");
    now = Instant.parse("2026-03-01T01:00:00Z");
    Moment idle = scheduler.moment().orElseThrow();
    RunRecord run = RunRecord.of("a.1", "a", "2026-03-01T01:00Z", "cron", 1, 1, 0, null).started(2);
    Moment busy =
        new Moment(
            idle.schedule(),
            new ScheduleState(1, Map.of(), Map.of("a.1", run), Map.of(), List.of()),
            now,
            Map.of(),
            Map.of(),
            Map.of());
    StringWriter text = new StringWriter();
    new ScheduleNarrator(new PrintWriter(text)).at(busy);
    assertThat(text).hasToString("2026-03-01T01:00:00Z a.1 begins" + System.lineSeparator());
  }
}
