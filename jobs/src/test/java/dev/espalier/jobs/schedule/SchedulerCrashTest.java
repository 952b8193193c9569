package dev.espalier.jobs.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.jobs.schedule.file.ScheduledJob;
import dev.espalier.jobs.schedule.log.RunRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that end before and after any write, clocks that jump, and requests: nothing fires
 * twice, and nothing is forgotten.
 */
class SchedulerCrashTest {
  private static final String SCHEDULE =
      """
      devices: {cpu: 2}
      history: 1000
      zone: Europe/Berlin
      jobs:
        hourly: {job: j.yaml, cron: '0 * * * *', overlap: queue}
        nightly: {job: j.yaml, cron: '30 2 * * *', zone: America/New_York, overlap: queue}
        often: {job: j.yaml, cron: '*/20 1-4 * * *', zone: Australia/Lord_Howe, overlap: queue}
        below: {job: j.yaml, after: nightly, overlap: queue}
      """;

  @TempDir Path temporary;

  @Test
  void nothingFiresTwiceAndNothingIsForgotten() throws IOException {
    for (int seed = 1; seed <= 12; seed++) {
      new Round(temporary.resolve("round" + seed), seed).run(150);
    }
  }

  @Test
  @Tag("long")
  void nothingFiresTwiceAndNothingIsForgottenForLong() throws IOException {
    for (int seed = 1000; seed <= 1600; seed++) {
      new Round(temporary.resolve("round" + seed), seed).run(400);
    }
  }

  private static final class Round {
    private final SplittableRandom random;
    private final TestWorld world;
    private final Map<String, Instant> looked = new HashMap<>();
    private final Map<String, Integer> kills = new HashMap<>();
    private final Set<String> asked = new HashSet<>();
    private int requests;
    private final MemoryStorage memory = new MemoryStorage();
    private CrashingStorage storage;

    Round(Path directory, long seed) throws IOException {
      random = new SplittableRandom(seed);
      // Days on which clocks are set somewhere.
      List<String> days =
          List.of(
              "2026-03-07", "2026-03-28", "2026-04-03", "2026-10-02", "2026-10-24", "2026-10-30");
      Instant begin = Instant.parse(days.get(random.nextInt(days.size())) + "T10:10:10Z");
      world = new TestWorld(directory, begin, SCHEDULE);
      world.storage = memory;
    }

    void run(int steps) throws IOException {
      boolean alive = false;
      boolean killed = false;
      for (int step = 0; step < steps; step++) {
        if (!killed) {
          moveClock();
        }
        killed = false;
        try {
          if (!alive) {
            storage = new CrashingStorage(memory);
            planKill();
            world.storage = storage;
            world.begin();
            alive = true;
          } else {
            planKill();
          }
          ask();
          world.scheduler.tick();
          checkFires();
          if (random.nextInt(3) > 0 && !world.threads.isEmpty()) {
            world.threads.remove(random.nextInt(world.threads.size())).run();
          }
        } catch (CrashingStorage.Killed e) {
          alive = false;
          killed = true;
          countKills();
        }
        if (alive && random.nextInt(25) == 0) {
          alive = false; // it ended between two ticks
          countKills();
        }
      }
      world.storage = memory;
      countKills();
      world.begin();
      world.scheduler.tick();
      checkFires();
      // What was decided while the clock was ahead waits until it is there.
      long last = world.state().active().stream().mapToLong(RunRecord::start).max().orElse(0);
      world.now = world.now.toEpochMilli() < last ? Instant.ofEpochMilli(last) : world.now;
      world.finish();
      checkRuns();
    }

    private void planKill() {
      storage.killAt(
          random.nextInt(4) == 0 ? random.nextInt(1, 8) : 1_000_000, random.nextBoolean());
    }

    private void moveClock() {
      switch (random.nextInt(20)) {
        case 0 -> world.now = world.now.minusSeconds(random.nextInt(3 * 3600));
        case 1 -> world.now = world.now.plusSeconds(random.nextInt(30 * 3600));
        default -> world.now = world.now.plusSeconds(random.nextInt(1800));
      }
    }

    private void ask() throws IOException {
      if (random.nextInt(15) == 0) {
        String id = "request" + ++requests;
        String at = Instant.parse("2020-01-01T00:00:00Z").plusSeconds(requests).toString();
        // By another process: it does not end when the scheduler does.
        new SchedulePlace(memory, world.place().directory())
            .requests()
            .ask(new Request(id, Request.Kind.TRIGGER, "hourly", List.of(at), requests));
        asked.add(id);
      }
    }

    private void countKills() throws IOException {
      for (RunRecord run : world.state().active()) {
        if (run.phase() == RunRecord.Phase.RUNNING) {
          kills.merge(run.job() + " " + run.at(), 1, Integer::sum);
        }
      }
    }

    /** Of the fires that came due since the last tick, the last has a run. */
    private void checkFires() throws IOException {
      Map<String, RunRecord> runs = world.state().runs();
      for (ScheduledJob job : world.current().jobs()) {
        Instant before = looked.put(job.name(), world.now);
        if (before == null || job.cron().isEmpty() || !before.isBefore(world.now)) {
          continue;
        }
        Instant last = lastByTheMinute(job, before, world.now);
        if (last != null) {
          assertThat(runs.values())
              .as("%s of %s, from %s to %s", job.name(), last, before, world.now)
              .anyMatch(
                  run ->
                      run.job().equals(job.name())
                          && run.cause().equals("cron")
                          && RunNames.instant(run.at()).equals(last));
        }
      }
    }

    private static Instant lastByTheMinute(ScheduledJob job, Instant from, Instant to) {
      Instant minute = Instant.ofEpochSecond(to.getEpochSecond() / 60 * 60);
      for (; minute.isAfter(from); minute = minute.minusSeconds(60)) {
        if (job.cron().orElseThrow().next(minute.minusMillis(1)).orElseThrow().equals(minute)) {
          return minute;
        }
      }
      return null;
    }

    private void checkRuns() throws IOException {
      assertThat(world.state().active()).isEmpty();
      Map<String, Integer> fired = new TreeMap<>();
      for (RunRecord run : world.state().runs().values()) {
        assertThat(run.succeeded()).as(run.id()).isTrue();
        fired.merge(run.job() + " " + run.at(), 1, Integer::sum);
      }
      assertThat(fired).allSatisfy((run, times) -> assertThat(times).as(run).isEqualTo(1));
      // Each ran once, and once more at most for each time that the process ended meanwhile.
      Map<String, Integer> called = new TreeMap<>();
      world.calls.forEach(
          call -> called.merge(call.substring(0, call.lastIndexOf(' ')), 1, Integer::sum));
      assertThat(called.keySet()).isEqualTo(fired.keySet());
      called.forEach(
          (run, times) -> assertThat(times).as(run).isBetween(1, 1 + kills.getOrDefault(run, 0)));
      // Each request was met once.
      assertThat(
              world.state().runs().values().stream()
                  .filter(run -> run.cause().equals("trigger"))
                  .map(RunRecord::request))
          .containsExactlyInAnyOrderElementsOf(asked);
      // Each success of the job above it has its run, unless several came at once.
      long nightly = world.state().jobs().get("nightly").successes();
      long below = world.state().jobs().get("below").successes();
      assertThat(below).isBetween(nightly == 0 ? 0L : 1L, nightly);
      assertThat(world.state().jobs().get("below").consumed()).containsEntry("nightly", nightly);
    }
  }

  @Test
  void aWaitDoublesUpToItsMost() {
    ScheduledJob.Retries retries =
        new ScheduledJob.Retries(9, Duration.ofMinutes(1), Duration.ofMinutes(5));
    assertThat(List.of(1, 2, 3, 4, 90).stream().map(retries::after).map(Duration::toMinutes))
        .containsExactly(1L, 2L, 4L, 5L, 5L);
  }
}
