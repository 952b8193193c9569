package dev.espalier.jobs.schedule.log;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One run of a job, from its fire to its end. Times are milliseconds since 1970. Immutable.
 *
 * @param id names it for ever: job and logical time, and a number if the time was there before
 * @param at the logical time, as ISO 8601 with offset and zone; kept by attempts
 * @param cause {@code cron}, {@code arrival}, {@code after NAME} or {@code trigger}
 * @param fired when it was decided
 * @param start before which no attempt begins
 * @param due the deadline; 0 is none
 * @param attempt from 1
 * @param starts how often it was started, after the process had ended too
 * @param started when it was started last; 0 before
 * @param ended when it ended; 0 before
 * @param exitCode of the last attempt that ended; null before. That of a run that ended and whose
 *     record has none is that of a machine failure
 * @param message what went wrong, or what is to be known
 * @param hooks what became of each hook that is told of its end
 * @param request that asked for it; null if none did
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RunRecord(
    String id,
    String job,
    String at,
    String cause,
    Phase phase,
    long fired,
    long start,
    long due,
    int attempt,
    int starts,
    long started,
    long ended,
    Integer exitCode,
    String message,
    RunFigures figures,
    Map<String, String> hooks,
    String request) {

  /** Where a run is. */
  public enum Phase {
    /** It has not begun, or waits for its next attempt. */
    WAITING,
    RUNNING,
    ENDED
  }

  /** A hook that is to be told. */
  public static final String PENDING = "pending";

  /** The exit code where nothing better is known. */
  public static final int MACHINE_FAILURE = 3;

  public RunRecord {
    if (phase == Phase.ENDED && exitCode == null) {
      exitCode = MACHINE_FAILURE;
    }
    hooks = hooks == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(hooks));
  }

  /** One that was just decided. */
  public static RunRecord of(
      String id,
      String job,
      String at,
      String cause,
      long fired,
      long start,
      long due,
      String request) {
    return new RunRecord(
        id,
        job,
        at,
        cause,
        Phase.WAITING,
        fired,
        start,
        due,
        1,
        0,
        0,
        0,
        null,
        null,
        null,
        Map.of(),
        request);
  }

  @JsonIgnore
  public boolean isActive() {
    return phase != Phase.ENDED;
  }

  @JsonIgnore
  public boolean succeeded() {
    return phase == Phase.ENDED && exitCode != null && exitCode == 0;
  }

  public RunRecord started(long now) {
    return new RunRecord(
        id,
        job,
        at,
        cause,
        Phase.RUNNING,
        fired,
        start,
        due,
        attempt,
        starts + 1,
        now,
        0,
        exitCode,
        message,
        figures,
        hooks,
        request);
  }

  /** Whether it has ended and a hook is still to be told so. */
  public boolean hasToTell() {
    return !isActive() && hooks.containsValue(PENDING);
  }

  /** The process ended while it ran: it begins again as the same attempt. */
  public RunRecord interrupted() {
    return new RunRecord(
        id,
        job,
        at,
        cause,
        Phase.WAITING,
        fired,
        start,
        due,
        attempt,
        starts,
        started,
        0,
        exitCode,
        message,
        figures,
        hooks,
        request);
  }

  /** The attempt failed, and another is to come. */
  public RunRecord again(long next, int code, String why) {
    return new RunRecord(
        id,
        job,
        at,
        cause,
        Phase.WAITING,
        fired,
        next,
        due,
        attempt + 1,
        starts,
        started,
        0,
        code,
        why,
        figures,
        hooks,
        request);
  }

  public RunRecord closed(
      long now, int code, String what, RunFigures told, Map<String, String> toTell) {
    return new RunRecord(
        id,
        job,
        at,
        cause,
        Phase.ENDED,
        fired,
        start,
        due,
        attempt,
        starts,
        started,
        now,
        code,
        what,
        told,
        toTell,
        request);
  }

  /** A hook was told, or could not be. */
  public RunRecord told(String hook, String outcome) {
    Map<String, String> all = new LinkedHashMap<>(hooks);
    all.put(hook, outcome);
    return new RunRecord(
        id, job, at, cause, phase, fired, start, due, attempt, starts, started, ended, exitCode,
        message, figures, all, request);
  }
}
