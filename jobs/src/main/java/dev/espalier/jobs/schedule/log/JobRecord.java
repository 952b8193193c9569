package dev.espalier.jobs.schedule.log;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is remembered of a job. Immutable.
 *
 * @param cron the expression and its zone of which {@code cursor} speaks; null without cron
 * @param cursor in milliseconds: every fire up to it was decided
 * @param decided in milliseconds, ascending: the last fires that were decided one by one. If the
 *     clock is set back, the cursor goes back too, and these do not fire again
 * @param paused whether no fire runs
 * @param successes runs that succeeded
 * @param succeededAt logical time of the last of them; null if there is none
 * @param consumed by the job that this one comes after: how many of its successes it has seen
 * @param note what the status says of the last fire that did not run; null if nothing
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record JobRecord(
    String name,
    String cron,
    long cursor,
    List<Long> decided,
    boolean paused,
    long successes,
    String succeededAt,
    Map<String, Long> consumed,
    JobTotals totals,
    String note) {
  /** Fires that are remembered one by one. */
  private static final int MOST_DECIDED = 200;

  public JobRecord {
    decided = decided == null ? List.of() : List.copyOf(decided);
    consumed = consumed == null ? Map.of() : Map.copyOf(consumed);
    totals = totals == null ? JobTotals.NONE : totals;
  }

  /** A job that is seen for the first time. */
  public static JobRecord first(String name, long now) {
    return new JobRecord(name, null, now, List.of(), false, 0, null, Map.of(), null, null);
  }

  public JobRecord withCron(String value, long from) {
    return new JobRecord(
        name, value, from, List.of(), paused, successes, succeededAt, consumed, totals, note);
  }

  /** The clock was set back to {@code now}, but not before what is remembered. */
  public JobRecord setBack(long now) {
    long floor = decided.size() < MOST_DECIDED ? now : Math.max(now, decided.get(0));
    return new JobRecord(
        name,
        cron,
        Math.min(cursor, floor),
        decided,
        paused,
        successes,
        succeededAt,
        consumed,
        totals,
        note);
  }

  public JobRecord withCursor(long value) {
    return new JobRecord(
        name, cron, value, decided, paused, successes, succeededAt, consumed, totals, note);
  }

  /** A fire was decided. */
  public JobRecord decided(long fire) {
    TreeMap<Long, Boolean> all = new TreeMap<>();
    decided.forEach(time -> all.put(time, true));
    all.put(fire, true);
    while (all.size() > MOST_DECIDED) {
      all.pollFirstEntry();
    }
    return new JobRecord(
        name,
        cron,
        Math.max(cursor, fire),
        List.copyOf(all.keySet()),
        paused,
        successes,
        succeededAt,
        consumed,
        totals,
        note);
  }

  public JobRecord withPaused(boolean value) {
    return new JobRecord(
        name, cron, cursor, decided, value, successes, succeededAt, consumed, totals, note);
  }

  public JobRecord succeeded(String at) {
    return new JobRecord(
        name, cron, cursor, decided, paused, successes + 1, at, consumed, totals, note);
  }

  public JobRecord withConsumed(Map<String, Long> value) {
    return new JobRecord(
        name, cron, cursor, decided, paused, successes, succeededAt, value, totals, note);
  }

  public JobRecord withTotals(JobTotals value) {
    return new JobRecord(
        name, cron, cursor, decided, paused, successes, succeededAt, consumed, value, note);
  }

  public JobRecord withNote(String value) {
    return new JobRecord(
        name, cron, cursor, decided, paused, successes, succeededAt, consumed, totals, value);
  }
}
