package dev.espalier.jobs.schedule;

import dev.espalier.jobs.schedule.file.Hook;
import dev.espalier.jobs.schedule.file.Schedule;
import dev.espalier.jobs.schedule.file.ScheduledJob;
import dev.espalier.jobs.schedule.log.Change;
import dev.espalier.jobs.schedule.log.JobRecord;
import dev.espalier.jobs.schedule.log.RunFigures;
import dev.espalier.jobs.schedule.log.RunRecord;
import dev.espalier.jobs.schedule.log.ScheduleState;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is remembered of an attempt that has ended: another attempt, or the end of the run. */
final class Outcomes {
  /**
   * Codes after which trying again can help. Rows that failed are not among them: what becomes of a
   * row is a function of the row, the program and the model.
   */
  private static final Set<Integer> RETRIED = Set.of(RunRecord.MACHINE_FAILURE);

  /** A process that ends each time that it runs something is not to do that for ever. */
  private static final int MOST_INTERRUPTIONS = 20;

  private Outcomes() {}

  /** The change for an attempt that ended. */
  static Change.Builder of(
      RunRecord run,
      ScheduledAction.Ended ended,
      boolean stopped,
      Schedule schedule,
      ScheduleState state,
      Instant now) {
    Optional<ScheduledJob> job = schedule.job(run.job());
    JobRecord record =
        state.job(run.job()).orElseGet(() -> JobRecord.first(run.job(), now.toEpochMilli()));
    boolean late = run.due() > 0 && now.toEpochMilli() >= run.due();
    if (job.isPresent()
        && !stopped
        && !late
        && RETRIED.contains(ended.exitCode())
        && run.attempt() <= job.get().retries().count()) {
      Instant next = now.plus(job.get().retries().after(run.attempt()));
      return new Change.Builder("retried")
          .run(run.again(next.toEpochMilli(), ended.exitCode(), ended.message()))
          .job(record.withTotals(record.totals().retriedOnce()));
    }
    int code = stopped && ended.exitCode() == 0 ? RunRecord.MACHINE_FAILURE : ended.exitCode();
    String message = stopped ? joined("stopped at its deadline", ended.message()) : ended.message();
    return ended(run, code, message, ended.figures(), record, schedule, state, now);
  }

  private static String joined(String first, String second) {
    return second.isEmpty() ? first : first + ": " + second;
  }

  /** The change for a run that ends. */
  static Change.Builder ended(
      RunRecord run,
      int code,
      String message,
      RunFigures figures,
      JobRecord record,
      Schedule schedule,
      ScheduleState state,
      Instant now) {
    Map<String, String> hooks = new LinkedHashMap<>();
    for (Hook hook : schedule.hooks()) {
      if (HookEvents.of(hook, run.job(), code, figures.changedShare()).isPresent()) {
        hooks.put(hook.name(), RunRecord.PENDING);
      }
    }
    RunRecord last =
        run.closed(now.toEpochMilli(), code, message.isEmpty() ? null : message, figures, hooks);
    JobRecord after = record.withTotals(record.totals().with(last));
    Change.Builder change =
        new Change.Builder("ended").run(last).job(code == 0 ? after.succeeded(run.at()) : after);
    forget(run.job(), schedule.history(), state, change);
    return change;
  }

  /** Runs that ended and are more than are remembered, with the one that just ended. */
  private static void forget(String job, int history, ScheduleState state, Change.Builder change) {
    List<RunRecord> old = state.runsOf(job).stream().filter(run -> !run.isActive()).toList();
    for (int i = 0; i < old.size() + 1 - history; i++) {
      if (!old.get(i).hasToTell()) {
        change.gone(old.get(i).id());
      }
    }
  }

  /** The change for a run that a process began that has ended since. */
  static Change.Builder interrupted(
      RunRecord run, Schedule schedule, ScheduleState state, Instant now) {
    if (run.starts() - run.attempt() < MOST_INTERRUPTIONS) {
      return new Change.Builder("begun again").run(run.interrupted());
    }
    return of(
        run,
        new ScheduledAction.Ended(
            RunRecord.MACHINE_FAILURE,
            "the process ended " + run.starts() + " times while it ran",
            RunFigures.NONE),
        false,
        schedule,
        state,
        now);
  }
}
