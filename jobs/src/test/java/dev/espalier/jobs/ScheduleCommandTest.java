package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.io.lock.PlaceLock;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.jobs.schedule.SchedulePlace;
import dev.espalier.jobs.schedule.log.RunRecord;
import dev.espalier.jobs.schedule.log.ScheduleLog;
import dev.espalier.jobs.schedule.log.ScheduleState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ScheduleCommandTest {
  @TempDir Path path;
  @TempDir Path temporary;
  private JobFolder folder;
  private String schedule;

  @BeforeEach
  void writeSchedule() throws IOException {
    folder = new JobFolder(path);
    folder.write(
        "program.yaml",
        "steps:\n  - user: \"{{ row.body }}\"\n  - {gen: word, maxTokens: 12, ignoreEos: true}\n");
    folder.write("rows.jsonl", JobFolder.TICKETS.subList(0, 14));
    folder.write(
        "job.yaml",
        """
        model: builtin:nano
        program: program.yaml
        input: {path: rows.jsonl, id: id}
        output: {path: "out/{{ date }}"}
        engine: {kvCacheBytes: 64MiB, maxSequences: 2}
        plan: {inFlight: 2}
        runner: direct
        """);
    folder.write(
        "schedule.yaml",
        """
        page: {port: 0}
        jobs:
          tickets: {job: job.yaml, command: run, cron: "0 0 1 1 *"}
          other: {job: job.yaml, command: run, set: {output.path: "other"}}
        """);
    schedule = path.resolve("schedule.yaml").toString();
  }

  private ScheduleState state() throws IOException {
    String directory = path.resolve("schedule.state").toString();
    SchedulePlace place = new SchedulePlace(StorageOptions.defaults().open(directory), directory);
    return ScheduleLog.read(place.storage(), place.log());
  }

  @Test
  void ofTwoSchedulersOneFollowsAndTheOtherStandsBy() throws Exception {
    try (ChildCommand first = ChildCommand.start(temporary, Espalier.class, "schedule", schedule)) {
      assertThat(first.readLine()).isEqualTo("following " + schedule + ": 2 jobs");
      JobFolder.Ended refused = folder.run("schedule", schedule);
      assertThat(refused.code()).isEqualTo(2);
      assertThat(refused.err()).contains("in use by another job", "--wait");
      try (ChildCommand second =
          ChildCommand.start(temporary, Espalier.class, "schedule", schedule, "--wait")) {
        assertThat(second.readLine()).startsWith("standing by: the schedule is in use");
        first.kill();
        awaitLine(second, "following");
        second.terminate();
      }
    }
    // What was told to end gives the lease back.
    try (ChildCommand third = ChildCommand.start(temporary, Espalier.class, "schedule", schedule)) {
      awaitLine(third, "following");
    }
  }

  /**
   * Several runs are under way: none of them has failed, and none keeps the process from ending.
   */
  @Test
  @Timeout(300)
  void runsOfASchedulerThatIsToldToEndBeginAgainAtTheNextStart() throws Exception {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      rows.add("{\"id\": \"r%d\", \"body\": \"Question %d\"}".formatted(i, i));
    }
    folder.write("rows.jsonl", rows);
    folder.write("schedule.yaml", folder.read("schedule.yaml") + "devices: {cpu: 2}\n");
    String at = "2026-03-01T00:00Z";
    for (String job : List.of("tickets", "other")) {
      assertThat(folder.run("schedule", "trigger", schedule, job, "--at", at).code()).isZero();
    }
    try (ChildCommand first = ChildCommand.start(temporary, Espalier.class, "schedule", schedule)) {
      awaitLine(first, "20260301T000000Z begins");
      awaitLine(first, "20260301T000000Z begins");
      awaitJournal("out/2026-03-01");
      awaitJournal("other");
      first.terminate();
      assertThat(first.exitCode()).isEqualTo(143);
    }
    assertThat(state().runs().values())
        .hasSize(2)
        .allMatch(RunRecord::isActive)
        .allMatch(run -> run.exitCode() == null && run.attempt() == 1);
    for (String table : List.of("out/2026-03-01", "other")) { // given back by each
      assertThat(
              PlaceLock.isGivenBack(
                  StorageOptions.defaults(), path.resolve(table + "/_espalier/lock").toString()))
          .isTrue();
    }
  }

  /** One takes over in the middle of a run of another; the table is that of a plain run. */
  @Test
  @Tag("long")
  void aSchedulerThatStandsByGoesOnWhereAnotherWasKilled() throws Exception {
    try (ChildCommand first = ChildCommand.start(temporary, Espalier.class, "schedule", schedule)) {
      awaitLine(first, "following");
      try (ChildCommand second =
          ChildCommand.start(temporary, Espalier.class, "schedule", schedule, "--wait")) {
        awaitLine(second, "standing by");
        assertThat(
                folder
                    .run("schedule", "trigger", schedule, "tickets", "--at", "2026-03-01T00:00Z")
                    .code())
            .isEqualTo(0);
        awaitLine(first, "tickets.20260301T000000Z begins");
        awaitJournal("out/2026-03-01");
        first.kill();
        awaitLine(second, "following");
        assertThat(state().runs().get("tickets.20260301T000000Z").phase())
            .isNotEqualTo(RunRecord.Phase.ENDED);
        JobFolder.Ended again =
            folder.run(
                "schedule", "trigger", schedule, "tickets", "--at", "2026-03-01T00:00Z", "--wait");
        assertThat(again.code()).isEqualTo(0);
        assertThat(again.out()).contains("tickets.20260301T000000Z.2", "done");
        second.terminate();
      }
    }
    RunRecord run = state().runs().get("tickets.20260301T000000Z");
    assertThat(run.succeeded()).isTrue();
    assertThat(run.starts()).isEqualTo(2);
    assertThat(run.attempt()).isEqualTo(1);
    String plain = path.resolve("plain").toString();
    folder.run("run", path.resolve("job.yaml").toString(), "--set", "output.path=" + plain);
    assertThat(folder.hashes("out/2026-03-01")).isEqualTo(folder.hashes("plain"));
    JobFolder.Ended logs = folder.run("schedule", "logs", schedule, "tickets.20260301T000000Z");
    assertThat(logs.out())
        .contains("--- tickets.20260301T000000Z.1.log", "--- tickets.20260301T000000Z.2.log")
        .contains("finished before");
    assertThat(folder.run("schedule", "runs", schedule).out().lines())
        .hasSize(2)
        .allMatch(line -> line.contains(" done "));
    assertThat(folder.run("schedule", "logs", schedule, "tickets").out()).contains("nothing to do");
  }

  private static void awaitLine(ChildCommand command, String part) throws IOException {
    for (String line = command.readLine(); line != null; line = command.readLine()) {
      if (line.contains(part)) {
        return;
      }
    }
    throw new AssertionError("it ended without a line with " + part);
  }

  /** Some rows have ended, and are kept. */
  private void awaitJournal(String table) throws Exception {
    Path kept = path.resolve(table + "/_espalier");
    while (true) {
      try (var files = Files.walk(kept)) {
        if (files.anyMatch(file -> file.toString().endsWith(".segment"))) {
          return;
        }
      } catch (NoSuchFileException | UncheckedIOException e) {
        assertThat(kept).isNotNull(); // not there yet
      }
      Thread.sleep(5);
    }
  }

  @Test
  void wordsThatAreWrongAreRefused() throws Exception {
    assertThat(folder.run("schedule").code()).isEqualTo(2);
    assertThat(folder.run("schedule", "nope.yaml").err())
        .contains("there is no such schedule file");
    JobFolder.Ended typo = folder.run("schedule", "trigger", schedule, "ticket");
    assertThat(typo.code()).isEqualTo(2);
    assertThat(typo.err()).contains("there is no job `ticket`", "did you mean tickets?");
    assertThat(folder.run("schedule", "pause", schedule, "tickets", "nope").code()).isEqualTo(2);
    assertThat(state().requests()).isEmpty();
    assertThat(folder.run("schedule", "trigger", schedule, "tickets", "--at", "noon").err())
        .contains("`noon` is no time with a zone");
    String far = "+999999999-12-31T23:59Z";
    JobFolder.Ended never = folder.run("schedule", "trigger", schedule, "tickets", "--at", far);
    assertThat(never.code()).isEqualTo(2);
    assertThat(never.err()).contains("the year of `" + far + "` is not from 1000 to 9000");
    assertThat(
            folder
                .run("schedule", "trigger", schedule, "tickets", "--from", far, "--to", far)
                .err())
        .contains("is not from 1000 to 9000");
    assertThat(
            folder
                .run("schedule", "trigger", schedule, "tickets", "--from", "2026-01-02T00:00Z")
                .err())
        .contains("one of --from and --to is given without the other");
    assertThat(
            folder
                .run(
                    "schedule",
                    "trigger",
                    schedule,
                    "tickets",
                    "--from",
                    "2026-01-02T00:00Z",
                    "--to",
                    "2026-12-02T00:00Z")
                .err())
        .contains("has no fire from");
    assertThat(folder.run("schedule", "logs", schedule, "tickets.1").code()).isEqualTo(2);
    assertThat(folder.run("schedule", "runs", schedule).out()).isEqualTo("no run yet\n");
    folder.write("schedule.yaml", "jobs: {a: {job: none.yaml, crn: 1}}");
    JobFolder.Ended bad = folder.run("schedule", schedule);
    assertThat(bad.code()).isEqualTo(2);
    assertThat(bad.err()).contains("schedule.yaml:1:", "did you mean cron?", "nothing was run");
    folder.write("schedule.yaml", "jobs: {a: {job: none.yaml}}");
    assertThat(folder.run("schedule", schedule).err()).contains("there is no such job file");
  }

  @Test
  void aBackfillHasARunForEachFire() throws Exception {
    assertThat(
            folder
                .run(
                    "schedule",
                    "trigger",
                    schedule,
                    "tickets",
                    "--from",
                    "2020-01-01T00:00Z",
                    "--to",
                    "2024-01-01T00:00Z")
                .out())
        .startsWith("asked for 5 runs of tickets at 2020-01-01T00:00Z to 2024-01-01T00:00Z");
    assertThat(folder.run("schedule", "pause", schedule, "tickets", "other").out().lines())
        .hasSize(2);
    assertThat(List.of(path.resolve("schedule.state/requests").toFile().list())).hasSize(3);
  }
}
