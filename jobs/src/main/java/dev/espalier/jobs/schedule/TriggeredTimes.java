package dev.espalier.jobs.schedule;

import dev.espalier.jobs.fields.JobVariables;
import dev.espalier.jobs.schedule.cron.CronTimes;
import dev.espalier.jobs.schedule.file.ScheduledJob;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The logical times of runs that are asked for by hand. */
public final class TriggeredTimes {
  /** Most runs of one request. */
  public static final int MOST = 1000;

  private static final int FIRST_YEAR = 1000;
  private static final int LAST_YEAR = 9000;

  private TriggeredTimes() {}

  /** A time of which every zone writes the year with four digits. */
  private static Instant time(String text) {
    ZonedDateTime time = JobVariables.timeOf(text);
    if (time.getYear() < FIRST_YEAR || time.getYear() > LAST_YEAR) {
      throw new IllegalArgumentException(
          "the year of `" + text + "` is not from " + FIRST_YEAR + " to " + LAST_YEAR);
    }
    return time.toInstant();
  }

  /** A given time, in the zone of the job. */
  public static String at(ScheduledJob job, String time) {
    return RunNames.at(time(time), job.zone());
  }

  /** Now, to the second. */
  public static String now(ScheduledJob job, Instant now) {
    return RunNames.at(now, job.zone());
  }

  /** All fires of the job's cron from one time to another, both included; at most one too many. */
  public static List<String> between(ScheduledJob job, String from, String to) {
    CronTimes cron = job.cron().orElseThrow();
    Instant last = time(to);
    List<String> times = new ArrayList<>();
    Optional<Instant> fire = cron.next(time(from).minusNanos(1));
    while (fire.isPresent() && !fire.get().isAfter(last) && times.size() <= MOST) {
      times.add(RunNames.at(fire.get(), job.zone()));
      fire = cron.next(fire.get());
    }
    return times;
  }
}
