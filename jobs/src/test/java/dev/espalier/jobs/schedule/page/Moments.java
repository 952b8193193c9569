package dev.espalier.jobs.schedule.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.jobs.progress.JobProgress;
import dev.espalier.jobs.schedule.Moment;
import dev.espalier.jobs.schedule.file.Schedule;
import dev.espalier.jobs.schedule.file.ScheduleFile;
import dev.espalier.jobs.schedule.log.JobRecord;
import dev.espalier.jobs.schedule.log.JobTotals;
import dev.espalier.jobs.schedule.log.RunFigures;
import dev.espalier.jobs.schedule.log.RunRecord;
import dev.espalier.jobs.schedule.log.ScheduleState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Schedules at a moment, of any number of jobs, with runs of all kinds. */
final class Moments {
  private static final Instant NOW = Instant.parse("2026-11-30T08:15:20Z");
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  static final String EVIL = "<script>document.title='taken'</script>\"'&";

  private Moments() {}

  static Moment of(int count) {
    StringBuilder yaml = new StringBuilder("zone: Europe/Berlin\njobs:\n");
    for (int i = 1; i <= count; i++) {
      yaml.append("  ").append(name(i, count)).append(": {job: j.yaml, cron: \"");
      yaml.append(i * 7 % 60).append(' ').append(i % 24).append(" * * *\"}\n");
    }
    Schedule schedule =
        ScheduleFile.read(Path.of("/srv/nightly.yaml"), yaml.toString(), List.of("refresh"))
            .schedule()
            .orElseThrow();
    Map<String, JobRecord> jobs = new TreeMap<>();
    Map<String, RunRecord> runs = new TreeMap<>();
    Map<String, Instant> next = new TreeMap<>();
    Map<String, Supplier<Optional<JobProgress>>> progress = new TreeMap<>();
    SplittableRandom random = new SplittableRandom(count);
    for (int i = 1; i <= count; i++) {
      String name = name(i, count);
      JobTotals totals = JobTotals.NONE;
      for (int day = 1; day <= 12; day++) {
        Instant at = NOW.minus(Duration.ofDays(13 - day)).minusSeconds(20 + 97L * i);
        boolean bad = random.nextInt(12) == 0 || (day == 12 && i % 11 == 3);
        RunRecord run = ended(name, at, bad, random);
        totals = totals.with(run);
        runs.put(run.id(), run);
      }
      boolean isRunning = i == 1 || i % 97 == 0;
      if (isRunning) {
        RunRecord run =
            fired(name, NOW.minusSeconds(140)).started(NOW.minusSeconds(130).toEpochMilli());
        runs.put(run.id(), run);
        progress.put(run.id(), () -> Optional.of(PROGRESS));
      } else if (i % 59 == 0) {
        RunRecord run =
            fired(name, NOW).again(NOW.plusSeconds(95).toEpochMilli(), 3, "CUDA is gone");
        runs.put(run.id(), run);
      }
      JobRecord job = JobRecord.first(name, NOW.toEpochMilli()).withTotals(totals);
      jobs.put(name, job.withPaused(i % 23 == 5));
      next.put(name, schedule.job(name).orElseThrow().cron().orElseThrow().next(NOW).orElseThrow());
    }
    Map<String, String> notices =
        count == 1
            ? Map.of()
            : Map.of("", "nightly.yaml:3:7: unknown field " + EVIL + "; the last one goes on");
    return new Moment(
        schedule,
        new ScheduleState(1, jobs, runs, Map.of(), List.of()),
        NOW,
        next,
        progress,
        notices);
  }

  /** One run that has ended, in a log that does not tell how. */
  static Moment withoutExitCode() {
    Moment moment = of(1);
    String json =
        "{\"id\": \"r\", \"job\": \"triage\", \"at\": \"2026-11-30T08:00Z\", \"cause\": \"cron\","
            + " \"phase\": \"ENDED\", \"started\": 1, \"ended\": 2}";
    RunRecord run;
    try {
      run = new ObjectMapper().readValue(json, RunRecord.class);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
    ScheduleState state =
        new ScheduleState(1, moment.state().jobs(), Map.of(run.id(), run), Map.of(), List.of());
    return new Moment(
        moment.schedule(), state, moment.now(), moment.next(), Map.of(), moment.notices());
  }

  private static final JobProgress PROGRESS =
      new JobProgress(
          JobProgress.Phase.RUNNING,
          2000,
          2000,
          40,
          1960,
          742,
          3,
          1,
          812_345,
          3_456_789,
          65_432,
          256,
          1,
          1,
          0,
          "");

  static String name(int i, int count) {
    String[] words = {"tickets", "reviews", "calls", "mails", "surveys", "contracts"};
    return count == 1 ? "triage" : words[i % words.length] + "-" + i;
  }

  private static RunRecord fired(String job, Instant at) {
    String text = at.atZone(BERLIN).withNano(0).toString();
    return RunRecord.of(
        job + "." + at.getEpochSecond(),
        job,
        text,
        "cron",
        at.toEpochMilli(),
        at.toEpochMilli(),
        0,
        null);
  }

  private static RunRecord ended(String job, Instant at, boolean bad, SplittableRandom random) {
    long took = 5_000L + random.nextInt(900_000);
    RunRecord run = fired(job, at).started(at.toEpochMilli());
    long prompt = 20_000L + random.nextInt(5_000_000);
    RunFigures told =
        new RunFigures(
            2000L, bad ? 40L : 0L, 2000L, null, prompt, prompt * 3 / 4, prompt / 8, prompt * 9);
    return bad
        ? run.closed(
            at.toEpochMilli() + took,
            1,
            "40 of 2000 rows failed, more than maxFailures: 0.1% allows; " + EVIL,
            told,
            Map.of("chat", "told, answered 200"))
        : run.closed(at.toEpochMilli() + took, 0, "", told, Map.of());
  }
}
