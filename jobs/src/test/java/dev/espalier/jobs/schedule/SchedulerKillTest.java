package dev.espalier.jobs.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.jobs.schedule.cron.CronTimes;
import dev.espalier.jobs.schedule.file.ScheduledJob;
import dev.espalier.jobs.schedule.log.JobRecord;
import dev.espalier.jobs.schedule.log.RunRecord;
import dev.espalier.jobs.schedule.log.ScheduleState;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 of a scheduler's process at random moments. */
class SchedulerKillTest {
  @TempDir Path directory;

  @Test
  void nothingFiresTwiceAndNothingIsForgotten() throws Exception {
    killAndCheck(6, 1);
  }

  @Test
  @Tag("long")
  void nothingFiresTwiceAndNothingIsForgottenForLong() throws Exception {
    killAndCheck(100, 2);
  }

  private void killAndCheck(int kills, long seed) throws Exception {
    long began = System.currentTimeMillis();
    SplittableRandom random = new SplittableRandom(seed);
    for (int kill = 0; kill < kills; kill++) {
      Process process = start(began, 1_000_000);
      awaitReady(process);
      Thread.sleep(random.nextInt(300));
      process.destroyForcibly().waitFor();
    }
    long minutes = (System.currentTimeMillis() - began) / 100 + 30;
    Process last = start(began, minutes);
    awaitReady(last);
    assertThat(last.waitFor()).isZero();
    check(kills);
  }

  private Process start(long began, long minutes) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx128m",
            "-cp",
            System.getProperty("java.class.path"),
            HastySchedule.class.getName(),
            directory.toString(),
            Long.toString(began),
            Long.toString(minutes))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static void awaitReady(Process process) throws IOException {
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    assertThat(out.readLine()).isEqualTo("ready");
  }

  private void check(int kills) throws IOException {
    TestWorld world = new TestWorld(directory, HastySchedule.BEGIN, HastySchedule.SCHEDULE);
    ScheduleState state = world.state();
    Map<String, Long> fired =
        state.runs().values().stream()
            .collect(
                Collectors.groupingBy(
                    run -> run.job() + " " + run.at(), TreeMap::new, Collectors.counting()));
    assertThat(fired.values()).allMatch(count -> count == 1);
    Map<String, Long> begun = effects("begin ");
    Map<String, Long> ended = effects("end ");
    long again = 0;
    for (RunRecord run : state.runs().values()) {
      String name = run.job() + " " + run.at();
      if (run.succeeded()) {
        assertThat(ended).containsKey(name);
      }
      assertThat(begun.getOrDefault(name, 0L)).as(name).isBetween(0L, (long) run.starts());
      again += Math.max(0, run.starts() - 1);
    }
    assertThat(fired.keySet()).containsAll(begun.keySet());
    assertThat(again).isBetween(0L, 3L * kills);
    for (ScheduledJob job : world.current().jobs()) {
      checkFires(job, state);
    }
    JobRecord below = state.jobs().get("below");
    long successes = state.jobs().get("sometimes").successes();
    assertThat(below.consumed().get("sometimes")).isBetween(successes - 1, successes);
  }

  /** Each fire of cron so far has a run, or is counted among those that have none. */
  private static void checkFires(ScheduledJob job, ScheduleState state) {
    if (job.cron().isEmpty()) {
      return;
    }
    JobRecord record = state.jobs().get(job.name());
    CronTimes cron = job.cron().get();
    long due = 0;
    for (Instant minute = HastySchedule.BEGIN.plusSeconds(30);
        minute.toEpochMilli() <= record.cursor();
        minute = minute.plus(Duration.ofMinutes(1))) {
      due += cron.next(minute.minusMillis(1)).orElseThrow().equals(minute) ? 1 : 0;
    }
    assertThat(due).isGreaterThan(3);
    assertThat(
            state.runsOf(job.name()).size() + record.totals().missed() + record.totals().passed())
        .as(job.name())
        .isEqualTo(due);
  }

  private Map<String, Long> effects(String kind) throws IOException {
    return Files.readAllLines(directory.resolve("effects")).stream()
        .filter(line -> line.startsWith(kind))
        .map(line -> line.substring(kind.length()))
        .collect(Collectors.groupingBy(line -> line, TreeMap::new, Collectors.counting()));
  }
}
