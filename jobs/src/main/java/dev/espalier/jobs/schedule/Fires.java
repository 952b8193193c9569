package dev.espalier.jobs.schedule;

import dev.espalier.io.storage.StorageOptions;
import dev.espalier.jobs.schedule.cron.CronTimes;
import dev.espalier.jobs.schedule.file.ScheduledJob;
import dev.espalier.jobs.schedule.log.Change;
import dev.espalier.jobs.schedule.log.JobRecord;
import dev.espalier.jobs.schedule.log.RunRecord;
import dev.espalier.jobs.schedule.log.ScheduleState;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** Decides which fires are due, and puts each decision into one change. Not thread-safe. */
final class Fires {
  private static final int MOST_QUEUED = 100;

  private final Arrivals arrivals;
  private final Map<String, Next> next = new HashMap<>();

  private record Next(String cron, long cursor, Optional<Instant> fire) {}

  Fires(StorageOptions options) {
    this.arrivals = new Arrivals(options);
  }

  private static String text(ScheduledJob job) {
    return job.cron().map(CronTimes::toString).orElse(null);
  }

  /** What has to be remembered of a job that is new, or whose cron is another; else none. */
  static Optional<JobRecord> known(ScheduledJob job, ScheduleState state, Instant now) {
    JobRecord old = state.job(job.name()).orElse(null);
    JobRecord known = old == null ? JobRecord.first(job.name(), now.toEpochMilli()) : old;
    if (!Objects.equals(known.cron(), text(job))) {
      // Fires of the past are those of the former expression.
      known = known.withCron(text(job), Math.max(known.cursor(), now.toEpochMilli()));
    }
    Map<String, Long> consumed = new TreeMap<>(known.consumed());
    consumed.keySet().retainAll(job.after());
    for (String upstream : job.after()) {
      consumed.putIfAbsent(upstream, state.job(upstream).map(JobRecord::successes).orElse(0L));
    }
    known = consumed.equals(known.consumed()) ? known : known.withConsumed(consumed);
    return known.equals(old) ? Optional.empty() : Optional.of(known);
  }

  /** When cron fires next. */
  Optional<Instant> next(ScheduledJob job, JobRecord record) {
    if (job.cron().isEmpty()) {
      return Optional.empty();
    }
    Next cached = next.get(job.name());
    if (cached == null || cached.cursor != record.cursor() || !cached.cron.equals(record.cron())) {
      cached = new Next(record.cron(), record.cursor(), DueFires.next(job.cron().get(), record));
      next.put(job.name(), cached);
    }
    return cached.fire;
  }

  /** The decision on what cron has due; none if nothing is to be remembered. */
  Optional<Change.Builder> cron(ScheduledJob job, ScheduleState state, Instant now) {
    JobRecord old = state.job(job.name()).orElseThrow();
    if (job.cron().isEmpty()) {
      return Optional.empty();
    }
    JobRecord record = now.toEpochMilli() < old.cursor() ? old.setBack(now.toEpochMilli()) : old;
    if (next(job, record).filter(fire -> !fire.isAfter(now)).isEmpty()) {
      return record.equals(old)
          ? Optional.empty()
          : Optional.of(new Change.Builder("clock set back").job(record));
    }
    Optional<DueFires> due = DueFires.of(job.cron().get(), record, now);
    return due.map(fires -> decided(job, record, fires, state, now));
  }

  private static Change.Builder decided(
      ScheduledJob job, JobRecord record, DueFires due, ScheduleState state, Instant now) {
    Instant fire = due.latest();
    String at = RunNames.at(fire, job.zone());
    boolean late = Duration.between(fire, now).compareTo(job.grace()) > 0;
    boolean missed = late && job.missed() == ScheduledJob.Missed.SKIP;
    Optional<String> hindered = missed ? Optional.empty() : hindrance(job, record, state);
    long missedCount = due.count() - 1 + (missed ? 1 : 0);
    JobRecord after =
        (missed ? record.withCursor(fire.toEpochMilli()) : record.decided(fire.toEpochMilli()))
            .withTotals(record.totals().without(missedCount, hindered.isPresent() ? 1 : 0));
    String note = null;
    if (hindered.isPresent()) {
      note = "the fire of " + at + " was passed over: " + hindered.get();
    } else if (missedCount > 0) {
      note =
          missedCount
              + (missedCount == 1 ? " fire was missed" : " fires were missed")
              + (missed ? ", the last that of " : "; for them runs that of ")
              + at;
    }
    Change.Builder change =
        new Change.Builder(missed || hindered.isPresent() ? "passed over" : "fired")
            .job(after.withNote(note));
    if (!missed && hindered.isEmpty()) {
      Instant start = fire.plus(Jitter.of(job.name(), fire, job.jitter()));
      change.run(run(job, at, "cron", start, null, state, now));
    }
    return change;
  }

  private static Optional<String> hindrance(
      ScheduledJob job, JobRecord record, ScheduleState state) {
    if (record.paused()) {
      return Optional.of("the job is paused");
    }
    long active = active(job, state);
    if (active > 0 && job.overlap() == ScheduledJob.Overlap.FORBID) {
      return Optional.of("an earlier run had not ended");
    }
    return active >= MOST_QUEUED
        ? Optional.of(MOST_QUEUED + " runs were waiting already")
        : Optional.empty();
  }

  private static long active(ScheduledJob job, ScheduleState state) {
    return state.runs().values().stream()
        .filter(run -> run.job().equals(job.name()) && run.isActive())
        .count();
  }

  private static RunRecord run(
      ScheduledJob job,
      String at,
      String cause,
      Instant start,
      String request,
      ScheduleState state,
      Instant now) {
    Instant from = start.isAfter(now) ? start : now;
    return RunRecord.of(
        RunNames.id(job.name(), at, state),
        job.name(),
        at,
        cause,
        now.toEpochMilli(),
        start.toEpochMilli(),
        job.deadline().map(time -> from.plus(time).toEpochMilli()).orElse(0L),
        request);
  }

  /** Fires a job when each of those before it has succeeded since; what hinders it, delays it. */
  static Optional<Change.Builder> after(ScheduledJob job, ScheduleState state, Instant now) {
    JobRecord record = state.job(job.name()).orElseThrow();
    if (job.after().isEmpty() || hindrance(job, record, state).isPresent()) {
      return Optional.empty();
    }
    Map<String, Long> consumed = new TreeMap<>();
    for (String upstream : job.after()) {
      long successes = state.job(upstream).map(JobRecord::successes).orElse(0L);
      if (successes <= record.consumed().getOrDefault(upstream, 0L)) {
        return Optional.empty();
      }
      consumed.put(upstream, successes);
    }
    Instant latest =
        job.after().stream()
            .map(upstream -> RunNames.instant(state.jobs().get(upstream).succeededAt()))
            .max(Comparator.naturalOrder())
            .orElseThrow();
    String at = RunNames.at(latest, job.zone());
    Instant start = now.plus(Jitter.of(job.name(), latest, job.jitter()));
    return Optional.of(
        new Change.Builder("fired")
            .job(record.withConsumed(consumed).withNote(null))
            .run(run(job, at, job.afterInWords(), start, null, state, now)));
  }

  /** Fires a job for whose files have arrived; what hinders it, delays it. */
  Optional<Change.Builder> arrival(ScheduledJob job, ScheduleState state, Instant now)
      throws IOException {
    JobRecord record = state.job(job.name()).orElseThrow();
    if (job.arrival().isEmpty() || hindrance(job, record, state).isPresent()) {
      return Optional.empty();
    }
    List<String> known = state.arrived().getOrDefault(job.name(), List.of());
    ScheduledJob.Arrival waiting = job.arrival().get();
    Optional<List<String>> files =
        arrivals.settled(job.name(), waiting.path(), waiting.settle(), known, now);
    String at = RunNames.at(now, job.zone());
    Instant start = now.plus(Jitter.of(job.name(), now, job.jitter()));
    return files.map(
        there ->
            new Change.Builder("fired")
                .arrived(job.name(), there)
                .job(record.withNote(null))
                .run(run(job, at, "arrival", start, null, state, now)));
  }

  /** What a command asked for. */
  static Change.Builder requested(
      Request request, Optional<ScheduledJob> job, ScheduleState state, Instant now) {
    Change.Builder change = new Change.Builder(request.kind().name().toLowerCase(Locale.ROOT));
    change.request(request.id());
    Optional<JobRecord> record = state.job(request.job());
    if (job.isEmpty() || record.isEmpty() || state.requests().contains(request.id())) {
      return change;
    }
    if (request.kind() != Request.Kind.TRIGGER) {
      return change.job(record.get().withPaused(request.kind() == Request.Kind.PAUSE));
    }
    Map<String, RunRecord> runs = new TreeMap<>(state.runs());
    for (String at : request.at()) {
      ScheduleState sofar =
          new ScheduleState(state.number(), state.jobs(), runs, state.arrived(), state.requests());
      RunRecord run = run(job.get(), at, "trigger", now, request.id(), sofar, now);
      runs.put(run.id(), run);
      change.run(run);
    }
    return change;
  }
}
