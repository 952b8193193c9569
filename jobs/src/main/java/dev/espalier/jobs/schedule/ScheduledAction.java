package dev.espalier.jobs.schedule;

import dev.espalier.jobs.progress.JobProgress;
import dev.espalier.jobs.schedule.file.ScheduledJob;
import dev.espalier.jobs.schedule.log.RunFigures;
import java.io.PrintStream;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What is done with a job when it is due. To do the same again has to be harmless: a run whose
 * process ended is begun anew. Thread-safe.
 */
public interface ScheduledAction {

  /**
   * A run that is asked for.
   *
   * @param at its logical time, as ISO 8601 with its zone
   * @param attempt from 1
   */
  record Call(ScheduledJob job, String at, int attempt) {}

  /**
   * How an attempt ended.
   *
   * @param exitCode as that of the command
   * @param message what went wrong, or what else is to be known; may be empty
   */
  record Ended(int exitCode, String message, RunFigures figures) {}

  /** What a run lends to the action. Thread-safe. */
  interface Watch {
    /** Gets what the command prints. */
    PrintStream output();

    /** From now on the run can tell where it stands, and can be stopped. */
    void running(Supplier<JobProgress> progress, Runnable stop);
  }

  /** The devices, or the Flink master, that a run uses; none if that cannot be told. */
  Set<String> devices(Call call);

  /** Runs to the end; throws nothing. */
  Ended run(Call call, Watch watch);

  /** What is to be known of the files of a job, such as that one does not check. */
  default Optional<String> notice(ScheduledJob job) {
    return Optional.empty();
  }
}
