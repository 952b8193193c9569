package dev.espalier.jobs.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.jobs.schedule.log.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When jobs fire: at times, on arrivals, after others, whatever the clock does. */
class SchedulerFiresTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @TempDir Path directory;
  private TestWorld world;

  private void begin(String now, String yaml) throws IOException {
    world = TestWorld.begun(directory, Instant.parse(now), yaml);
  }

  @Test
  void aJobFiresAtItsTimesInItsZone() throws IOException {
    begin(
        "2026-03-28T00:00:00Z",
        "jobs: {nightly: {job: j.yaml, cron: '30 2 * * *', zone: Europe/Berlin}}");
    world.tickAt("2026-03-28T01:29:59Z");
    assertThat(world.threads).isEmpty();
    world.tickAt("2026-03-28T01:30:00Z");
    assertThat(world.threads).hasSize(1);
    world.finish();
    world.tickAt("2026-03-29T01:00:01Z"); // clocks were set forward
    world.finish();
    world.tickAt("2026-03-30T00:30:00Z");
    world.finish();
    assertThat(world.calls)
        .containsExactly(
            "nightly 2026-03-28T02:30+01:00[Europe/Berlin] 1",
            "nightly 2026-03-29T03:00+02:00[Europe/Berlin] 1",
            "nightly 2026-03-30T02:30+02:00[Europe/Berlin] 1");
    assertThat(world.state().runs().keySet())
        .containsExactly(
            "nightly.20260328T013000Z", "nightly.20260329T010000Z", "nightly.20260330T003000Z");
    assertThat(world.state().runs().values()).allMatch(RunRecord::succeeded);
  }

  @Test
  void ofMissedFiresTheLastRunsOrNone() throws IOException {
    begin(
        "2026-01-01T00:30:00Z",
        """
        jobs:
          once: {job: j.yaml, cron: '0 * * * *'}
          skip: {job: j.yaml, cron: '0 * * * *', missed: skip}
        """);
    world.tickAt("2026-01-01T05:30:00Z");
    world.finish();
    assertThat(world.fired("once")).containsExactly("2026-01-01T05:00Z");
    assertThat(world.fired("skip")).isEmpty();
    assertThat(world.state().jobs().get("once").totals().missed()).isEqualTo(4);
    assertThat(world.state().jobs().get("skip").totals().missed()).isEqualTo(5);
    assertThat(world.state().jobs().get("skip").note())
        .isEqualTo("5 fires were missed, the last that of 2026-01-01T05:00Z");
    // Within the grace nothing was missed.
    world.tickAt("2026-01-01T06:09:00Z");
    world.finish();
    assertThat(world.fired("skip")).containsExactly("2026-01-01T06:00Z");
  }

  @Test
  void manyMissedFiresAreFoundFast() throws IOException {
    begin("2020-01-01T00:00:00Z", "jobs: {often: {job: j.yaml, cron: '* * * * *'}}");
    world.tickAt("2026-01-01T05:30:30Z");
    assertThat(world.fired("often")).containsExactly("2026-01-01T05:30Z");
  }

  @Test
  void jobsRunAfterOthersAtTheirLogicalTime() throws IOException {
    begin(
        "2026-01-01T00:59:00Z",
        """
        jobs:
          a: {job: j.yaml, cron: '0 1 * * *', zone: Asia/Tokyo}
          b: {job: j.yaml, cron: '0 2 * * *', zone: Asia/Tokyo}
          c: {job: j.yaml, after: [a, b]}
          d: {job: j.yaml, after: c}
        """);
    world.tickAt("2026-01-01T16:00:00Z");
    world.finish();
    assertThat(world.calls).hasSize(1);
    world.tickAt("2026-01-01T17:00:00Z");
    world.finish();
    world.finish();
    assertThat(world.calls.subList(2, 4))
        .containsExactly("c 2026-01-01T17:00Z 1", "d 2026-01-01T17:00Z 1");
    world.tickAt("2026-01-02T16:00:00Z");
    world.codes.put("b", new ArrayList<>(List.of(2)));
    world.finish();
    world.tickAt("2026-01-02T17:00:00Z");
    world.finish();
    assertThat(world.calls).hasSize(6); // b failed: neither c nor d
    world.place().requests().ask(TestWorld.trigger("b", "2026-01-03T02:00+09:00[Asia/Tokyo]"));
    world.tickAfter(SECOND);
    world.finish();
    assertThat(world.fired("d")).containsExactly("2026-01-01T17:00Z", "2026-01-02T17:00Z");
  }

  @Test
  void filesThatArriveFireOnceTheyHaveSettled() throws IOException {
    begin(
        "2026-01-01T00:00:00Z",
        "jobs: {j: {job: j.yaml, arrival: {path: 'in/*.jsonl', settle: 1m}}}");
    world.tickAfter(SECOND);
    assertThat(world.state().runs()).isEmpty();
    Files.createDirectories(directory.resolve("in"));
    Files.writeString(directory.resolve("in/a.jsonl"), "1");
    world.tickAfter(SECOND);
    Files.writeString(directory.resolve("in/b.jsonl"), "1");
    world.tickAfter(Duration.ofSeconds(59));
    world.tickAfter(Duration.ofSeconds(59));
    assertThat(world.state().runs()).isEmpty();
    world.tickAfter(SECOND);
    world.finish();
    assertThat(world.fired("j")).containsExactly("2026-01-01T00:02:01Z");
    world.begin(); // what has arrived is remembered
    world.tickAfter(SECOND);
    world.tickAfter(Duration.ofMinutes(5));
    Files.delete(directory.resolve("in/a.jsonl"));
    world.tickAfter(SECOND);
    world.tickAfter(Duration.ofMinutes(5));
    assertThat(world.fired("j")).hasSize(1);
    Files.writeString(directory.resolve("in/b.jsonl"), "12"); // written again
    world.tickAfter(SECOND);
    world.tickAfter(Duration.ofMinutes(1));
    world.finish();
    assertThat(world.fired("j")).hasSize(2);
  }

  /** An input is read with all that is below it, and a job waits for its input. */
  @Test
  void whatArrivesBelowADirectoryFiresToo() throws IOException {
    begin("2026-01-01T00:00:00Z", "jobs: {j: {job: j.yaml, arrival: {path: in, settle: 1m}}}");
    for (String name : List.of("in/_tmp/a.jsonl", "in/date=1/.a.jsonl", "in/date=1/a.jsonl")) {
      Path file = directory.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "1");
      world.tickAfter(SECOND);
      world.tickAfter(Duration.ofMinutes(1));
      assertThat(world.state().runs()).as(name).hasSize(name.endsWith("=1/a.jsonl") ? 1 : 0);
    }
  }

  @Test
  void aClockThatIsSetBackFiresNothingTwiceAndOneThatWasAheadForgetsNothing() throws IOException {
    begin("2026-01-01T00:30:00Z", "jobs: {j: {job: j.yaml, cron: '0 * * * *', missed: once}}");
    world.tickAt("2026-01-01T01:00:00Z");
    world.finish();
    world.tickAt("2026-01-01T00:10:00Z");
    world.tickAt("2026-01-01T01:00:30Z");
    world.finish();
    assertThat(world.fired("j")).containsExactly("2026-01-01T01:00Z");
    world.tickAt("2027-07-01T12:00:10Z"); // a year ahead
    world.finish();
    world.tickAt("2026-01-01T01:30:00Z"); // and right again
    world.tickAt("2026-01-01T02:00:00Z");
    world.finish();
    world.tickAt("2026-01-01T03:00:00Z");
    world.finish();
    assertThat(world.calls)
        .containsExactly(
            "j 2026-01-01T01:00Z 1",
            "j 2027-07-01T12:00Z 1",
            "j 2026-01-01T02:00Z 1",
            "j 2026-01-01T03:00Z 1");
  }

  @Test
  void anotherExpressionCountsFromWhenItIsSeen() throws IOException {
    begin("2026-01-01T00:30:00Z", "jobs: {j: {job: j.yaml, cron: '0 0 1 * *'}}");
    world.now = Instant.parse("2026-01-20T12:30:00Z");
    world.replace("jobs: {j: {job: j.yaml, cron: '0 * * * *'}, k: {job: j.yaml, cron: '@hourly'}}");
    world.scheduler.tick();
    assertThat(world.state().runs()).isEmpty();
    world.tickAt("2026-01-20T13:00:00Z");
    world.finish();
    assertThat(world.fired("j")).containsExactly("2026-01-20T13:00Z");
    world.replace("jobs: {j: {job: j.yaml}}");
    world.tickAfter(SECOND);
    assertThat(world.state().jobs()).containsOnlyKeys("j");
    assertThat(world.fired("k")).isEmpty();
    assertThat(world.fired("j")).hasSize(1);
  }
}
