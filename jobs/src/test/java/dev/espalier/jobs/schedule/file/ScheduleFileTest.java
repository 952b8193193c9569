package dev.espalier.jobs.schedule.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.row.Problem;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ScheduleFileTest {
  private static final Path FILE = Path.of("/srv/schedule.yaml");
  private static final List<String> COMMANDS = List.of("refresh", "run");

  private static Schedule read(String yaml) {
    ScheduleFile.Reading reading = ScheduleFile.read(FILE, yaml, COMMANDS);
    assertThat(reading.problems()).isEmpty();
    return reading.schedule().orElseThrow();
  }

  @Test
  void everyFieldIsRead() {
    Schedule schedule =
        read(
            """
            state: s3a://bucket/state
            zone: Europe/Berlin
            engineIdle: 1h
            history: 20
            devices: {cpu: 2, "cuda:0": 3, "jobmanager:8081": 1}
            page: {port: 9000, host: 0.0.0.0, files: page}
            jobs:
              nightly:
                job: triage/job.yaml
                command: run
                set: {output.path: "out/{{ date }}", seed: 7, runner.name: "7"}
                cron: "30 2 * * MON-FRI"
                zone: America/New_York
                arrival: {path: "in/*.jsonl", settle: 5m}
                after: other
                missed: skip
                grace: 1h
                overlap: queue
                deadline: 2h
                retries: {count: 4, backoff: 30s, most: 10m}
                jitter: 15m
              other: {job: /abs/job.yaml}
            hooks:
              - name: chat
                on: [success, failure]
                webhook: https://example.org/hook
                headers: {Authorization: Bearer x}
                jobs: nightly
                timeout: 3s
                retries: 1
              - {drift: 2.5%, command: [notify, --loud]}
            """);
    assertThat(schedule.state()).isEqualTo("s3a://bucket/state");
    assertThat(schedule.engineIdle()).isEqualTo(Duration.ofHours(1));
    assertThat(schedule.devices()).isEqualTo(Map.of("cpu", 2, "cuda:0", 3, "jobmanager:8081", 1));
    assertThat(schedule.page())
        .isEqualTo(new Schedule.Page(Optional.of(9000), "0.0.0.0", Optional.of("/srv/page")));
    ScheduledJob nightly = schedule.job("nightly").orElseThrow();
    assertThat(nightly.file()).isEqualTo("/srv/triage/job.yaml");
    assertThat(nightly.command()).isEqualTo("run");
    assertThat(nightly.settings())
        .isEqualTo(Map.of("output.path", "'out/{{ date }}'", "seed", "7", "runner.name", "'7'"));
    assertThat(nightly.zone()).isEqualTo(ZoneId.of("America/New_York"));
    assertThat(nightly.cron().orElseThrow().toString())
        .isEqualTo("30 2 * * MON-FRI in America/New_York");
    assertThat(nightly.arrival())
        .contains(new ScheduledJob.Arrival("/srv/in/*.jsonl", Duration.ofMinutes(5)));
    assertThat(nightly.after()).containsExactly("other");
    assertThat(nightly.missed()).isEqualTo(ScheduledJob.Missed.SKIP);
    assertThat(nightly.overlap()).isEqualTo(ScheduledJob.Overlap.QUEUE);
    assertThat(nightly.deadline()).contains(Duration.ofHours(2));
    assertThat(nightly.jitter()).isEqualTo(Duration.ofMinutes(15));
    ScheduledJob other = schedule.job("other").orElseThrow();
    assertThat(other.file()).isEqualTo("/abs/job.yaml");
    assertThat(other.command()).isEqualTo("refresh");
    assertThat(other.zone()).isEqualTo(ZoneId.of("Europe/Berlin"));
    assertThat(other.missed()).isEqualTo(ScheduledJob.Missed.ONCE);
    assertThat(other.overlap()).isEqualTo(ScheduledJob.Overlap.FORBID);
    assertThat(schedule.hooks()).hasSize(2);
    assertThat(schedule.hooks().get(0).isFor("other")).isFalse();
    assertThat(schedule.hooks().get(1).on())
        .isEqualTo(Set.of(Hook.Event.FAILURE, Hook.Event.DRIFT));
    assertThat(schedule.hooks().get(1).drift()).isEqualTo(0.025);
    assertThat(schedule.hooks().get(1).name()).isEqualTo("hook 2");
  }

  @Test
  void whatIsLeftOutIsSmall() {
    Schedule schedule = read("jobs: {j: {job: job.yaml}}");
    assertThat(schedule.state()).isEqualTo("/srv/schedule.state");
    assertThat(schedule.page().port()).contains(8085);
    assertThat(schedule.page().host()).isEqualTo("127.0.0.1");
    assertThat(read("{page: {port: 0}, jobs: {j: {job: j.yaml}}}").page().port()).isEmpty();
  }

  @Test
  void allProblemsAreToldAtOnceWithTheirPlaces() {
    List<Problem> problems =
        ScheduleFile.read(
                FILE,
                """
                zone: Europe/Berln
                historie: 3
                devices: {gpu: 1}
                jobs:
                  a:
                    cron: "61 * * * *"
                    after: [bb, c]
                    overlap: replace
                    grace: 10
                  b b: {job: j.yaml, jitter: soon, command: rum}
                  c: {job: j.yaml, after: d, deadline: 0s, set: {"a b": 1}}
                  d: {job: j.yaml, after: c, retries: {count: many, of: 3}}
                hooks:
                  - {on: sucess, webhook: "htp:/x", jobs: z}
                  - {on: drift}
                """,
                COMMANDS)
            .problems();
    assertThat(problems.stream().map(p -> p.location().replace("/srv/schedule.yaml:", "")))
        .containsExactlyInAnyOrder(
            "1:1", "2:1", "3:11", "5:3", "5:3", "6:5", "8:5", "9:5", "10:3", "10:22", "10:36",
            "11:3", "11:30", "11:44", "12:40", "12:53", "14:6", "14:18", "14:37", "15:5", "15:6");
    assertThat(problems).allMatch(problem -> !problem.remedy().isEmpty());
    assertThat(problems.toString())
        .contains(
            "Value 61 not in range [0, 59]",
            "did you mean history?",
            "jobs.a.after names `bb`, which is no job here",
            "jobs wait for each other: c after d after c",
            "on has drift, but no bound is given",
            "a hook has neither a webhook nor a command");
  }

  private static String problems(String yaml) {
    return ScheduleFile.read(FILE, "jobs: {a: {job: a.yaml}}\n" + yaml, COMMANDS)
        .problems()
        .toString();
  }

  @Test
  void whatAWebhookCannotSendIsRefused() {
    String hook = "hooks: [{webhook: 'http://h/', headers: {%s}}]";
    assertThat(problems(hook.formatted("X-Key: 'a b', Authorization: Bearer x"))).isEqualTo("[]");
    assertThat(problems(hook.formatted("a b: c"))).contains("headers has `a b`");
    assertThat(problems(hook.formatted("Host: c"))).contains("headers has `Host`, which is not");
    assertThat(problems(hook.formatted("K: \"a\\nb\""))).contains("the value of K is more");
    assertThat(problems(hook.formatted("K: ü"))).contains("the value of K is more");
    assertThat(problems("hooks: [{webhook: 'http://h:99999/'}]")).contains("is no address");
  }

  @Test
  void aHookWithoutANameHasTheNumberOfItsPlace() {
    assertThat(problems("hooks: [{on: success}, {}, {}]"))
        .contains("neither a webhook nor a command")
        .doesNotContain("two hooks");
  }

  @Test
  void aCircleIsToldOnce() {
    assertThat(
            ScheduleFile.read(FILE, "jobs: {a: {job: a.yaml, after: [a, a]}}", COMMANDS).problems())
        .hasSize(1);
  }

  @Test
  void aSweepIsAnEntryWithConditions() {
    ScheduledJob sweep =
        read("jobs: {s: {sweep: s.yaml, failIf: [worse:any, 'worse:t f1 by 1%']}}").jobs().get(0);
    assertThat(sweep.isSweep()).isTrue();
    assertThat(sweep.file()).isEqualTo("/srv/s.yaml");
    assertThat(sweep.failIf()).hasSize(2);
    List<Problem> problems =
        ScheduleFile.read(
                FILE,
                "jobs: {s: {sweep: s.yaml, job: j.yaml, failIf: worse any}, j: {job: j.yaml,"
                    + " failIf: 'worse:any'}, k: {sweep: s.yaml, command: run}}",
                COMMANDS)
            .problems();
    assertThat(problems.toString())
        .contains("job is given beside sweep", "failIf is `worse any`")
        .contains("failIf is given without a sweep", "command is given beside sweep");
  }

  @Test
  void aFileWithoutJobsOrWithoutFieldsIsRefused() {
    assertThat(ScheduleFile.read(FILE, "", COMMANDS).isGood()).isFalse();
    assertThat(ScheduleFile.read(FILE, "jobs: {}", COMMANDS).isGood()).isFalse();
    assertThat(ScheduleFile.read(FILE, "[1]", COMMANDS).schedule()).isEmpty();
    assertThat(ScheduleFile.read(FILE, "jobs: {a: 3}", COMMANDS).problems()).isNotEmpty();
  }
}
