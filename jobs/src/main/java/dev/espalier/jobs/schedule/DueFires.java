package dev.espalier.jobs.schedule;

import dev.espalier.jobs.schedule.cron.CronTimes;
import dev.espalier.jobs.schedule.log.JobRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The fires of a job that are due and were not decided.
 *
 * @param latest of them
 * @param count of them; of very many, some are not counted
 */
record DueFires(Instant latest, long count) {
  private static final int COUNTED = 500;
  private static final Duration FIRST_WINDOW = Duration.ofHours(1);
  private static final int WIDER = 24;

  /** Those after the cursor and up to {@code now}; none if there are none. */
  static Optional<DueFires> of(CronTimes cron, JobRecord job, Instant now) {
    Set<Long> decided = new HashSet<>(job.decided());
    Instant latest = null;
    long count = 0;
    Instant at = Instant.ofEpochMilli(job.cursor());
    for (int i = 0; i < COUNTED; i++) {
      Optional<Instant> next = cron.next(at).filter(fire -> !fire.isAfter(now));
      if (next.isEmpty()) {
        return latest == null ? Optional.empty() : Optional.of(new DueFires(latest, count));
      }
      at = next.get();
      if (!decided.contains(at.toEpochMilli())) {
        latest = at;
        count++;
      }
    }
    Instant last = last(cron, at, now);
    return decided.contains(last.toEpochMilli())
        ? Optional.ofNullable(latest).map(fire -> new DueFires(fire, COUNTED))
        : Optional.of(new DueFires(last, count + 1));
  }

  /** The first that was not decided after the cursor. */
  static Optional<Instant> next(CronTimes cron, JobRecord job) {
    Set<Long> decided = new HashSet<>(job.decided());
    Optional<Instant> next = cron.next(Instant.ofEpochMilli(job.cursor()));
    while (next.isPresent() && decided.contains(next.get().toEpochMilli())) {
      next = cron.next(next.get());
    }
    return next;
  }

  /** The last fire up to {@code now}; {@code from} is one. */
  private static Instant last(CronTimes cron, Instant from, Instant now) {
    for (Duration window = FIRST_WINDOW; ; window = window.multipliedBy(WIDER)) {
      Instant begin = now.minus(window);
      if (begin.isBefore(from)) {
        begin = from;
      }
      Instant last = begin.equals(from) ? from : null;
      for (Instant at = begin; at != null; ) {
        at = cron.next(at).filter(fire -> !fire.isAfter(now)).orElse(null);
        last = at == null ? last : at;
      }
      if (last != null) {
        return last;
      }
    }
  }
}
