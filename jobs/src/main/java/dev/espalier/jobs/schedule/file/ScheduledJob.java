package dev.espalier.jobs.schedule.file;

import dev.espalier.jobs.schedule.cron.CronTimes;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A job of a schedule. It fires by cron, on arrival of files, after other jobs, or by hand alone.
 *
 * @param file the job file, or that of a sweep of evaluations
 * @param command what is done with it, such as {@code run}; {@link #EVAL} of a sweep
 * @param failIf conditions under which a sweep fails, compared with its results before
 * @param settings fields of the job file that are set otherwise, by their names, as YAML
 * @param zone of the logical times
 * @param after jobs that have to succeed, each since this one fired last
 * @param missed what becomes of a cron fire that nobody was there for
 * @param grace how late a cron fire may be before it was missed
 * @param deadline after the start of a run by which it has to have ended; none is never
 * @param jitter the longest time by which a start is put off
 */
public record ScheduledJob(
    String name,
    String file,
    String command,
    List<String> failIf,
    Map<String, String> settings,
    Optional<CronTimes> cron,
    ZoneId zone,
    Optional<Arrival> arrival,
    List<String> after,
    Missed missed,
    Duration grace,
    Overlap overlap,
    Optional<Duration> deadline,
    Retries retries,
    Duration jitter) {

  /** What is done with a sweep. */
  public static final String EVAL = "eval";

  private static final int NAMED = 3;

  /** Whether it is a sweep of evaluations, and not a job. */
  public boolean isSweep() {
    return command.equals(EVAL);
  }

  /** What becomes of cron fires that were missed. */
  public enum Missed {
    /** None of them runs. */
    SKIP,
    /** The latest of them runs. */
    ONCE
  }

  /** What becomes of a fire while an earlier run of the job has not ended. */
  public enum Overlap {
    /** It is passed over. */
    FORBID,
    /** It runs afterwards. */
    QUEUE
  }

  /**
   * Files whose arrival fires the job.
   *
   * @param path a file, a directory or a glob
   * @param settle how long nothing may have changed there
   */
  public record Arrival(String path, Duration settle) {}

  /**
   * What becomes of a run that failed.
   *
   * @param count of further attempts
   * @param backoff before the first of them, doubled before each other
   * @param most longest backoff
   */
  public record Retries(int count, Duration backoff, Duration most) {

    /** How long to wait before the attempt after {@code attempt}, counted from 1. */
    public Duration after(int attempt) {
      Duration wait = backoff;
      for (int i = 1; i < attempt && wait.compareTo(most) < 0; i++) {
        wait = wait.multipliedBy(2);
      }
      return wait.compareTo(most) < 0 ? wait : most;
    }
  }

  public ScheduledJob {
    failIf = List.copyOf(failIf);
    settings = Map.copyOf(settings);
    after = List.copyOf(after);
  }

  /** {@code after a, b, c and 4 more}. */
  public String afterInWords() {
    int more = after.size() - NAMED;
    return "after "
        + String.join(", ", after.subList(0, Math.min(NAMED, after.size())))
        + (more > 0 ? " and " + more + " more" : "");
  }
}
