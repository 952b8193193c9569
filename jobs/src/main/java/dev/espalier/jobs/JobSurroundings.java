package dev.espalier.jobs;

import dev.espalier.jobs.progress.JobProgress;
import dev.espalier.pipeline.EngineFactory;
import dev.espalier.pipeline.EnginePool;
import dev.espalier.pipeline.RunOptions;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a process lends to the jobs that it runs. A command has one job, and all of the process; one
 * that runs many jobs lends each of them its own surroundings, for the thread that runs the job.
 */
interface JobSurroundings {
  /** Those of a command that runs one job. */
  JobSurroundings COMMAND = new JobSurroundings() {};

  static JobSurroundings current() {
    return LentSurroundings.current();
  }

  /** The text that stands for a file; none if the file itself is to be read. */
  default Optional<String> text(Path file) {
    return Optional.empty();
  }

  /** Where progress is shown. */
  default PrintStream progress() {
    return System.err;
  }

  /** Whether {@link #progress} can write a line over. */
  default boolean isTerminal() {
    return Boolean.getBoolean("espalier.progress");
  }

  default RunOptions options(RunOptions options) {
    return options;
  }

  /** Before a job uses an engine of this process. */
  default void begin(EngineFactory engines) {}

  /**
   * After a job that may have used an engine of this process.
   *
   * @param failed whether the machine failed
   */
  default void end(EngineFactory engines, boolean failed) {
    EnginePool.closeAll();
  }

  /**
   * A job runs from now on.
   *
   * @param progress where it stands, as often as it is asked
   * @param stop ends it as a failure of the machine; may be called from any thread
   */
  default void running(Supplier<JobProgress> progress, Runnable stop) {}

  /** What a job that ran has reported, as JSON. */
  default void reported(String report) {}
}
