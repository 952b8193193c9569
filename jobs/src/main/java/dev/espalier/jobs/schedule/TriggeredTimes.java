package dev.espalier.jobs.schedule;

import dev.espalier.jobs.fields.JobVariables;
import dev.espalier.jobs.schedule.cron.CronTimes;
import dev.espalier.jobs.schedule.file.ScheduledJob;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The logical times of runs that are asked for by hand. */
public final class TriggeredTimes {
  /** Most runs of one request. */
  public static final int MOST = 1000;

  private TriggeredTimes() {}

  /** A given time, in the zone of the job. */
  public static String at(ScheduledJob job, String time) {
    return RunNames.at(JobVariables.timeOf(time).toInstant(), job.zone());
  }

  /** Now, to the second. */
  public static String now(ScheduledJob job, Instant now) {
    return RunNames.at(now, job.zone());
  }

  /** All fires of the job's cron from one time to another, both included; at most one too many. */
  public static List<String> between(ScheduledJob job, String from, String to) {
    CronTimes cron = job.cron().orElseThrow();
    Instant last = JobVariables.timeOf(to).toInstant();
    List<String> times = new ArrayList<>();
    Optional<Instant> fire = cron.next(JobVariables.timeOf(from).toInstant().minusNanos(1));
    while (fire.isPresent() && !fire.get().isAfter(last) && times.size() <= MOST) {
      times.add(RunNames.at(fire.get(), job.zone()));
      fire = cron.next(fire.get());
    }
    return times;
  }
}
