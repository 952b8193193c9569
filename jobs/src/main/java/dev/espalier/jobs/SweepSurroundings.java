package dev.espalier.jobs;

import dev.espalier.jobs.progress.JobProgress;
import dev.espalier.pipeline.EngineFactory;
import dev.espalier.pipeline.EnginePool;
import dev.espalier.pipeline.RunOptions;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * Those of a command whose jobs follow one another, or run side by side: an engine stays for the
 * next of its model, and what ends one job ends all. Thread-safe.
 */
final class SweepSurroundings implements JobSurroundings {
  private static final Duration IDLE = Duration.ofHours(1);

  private final JobSurroundings around;
  private final List<Runnable> stops = new CopyOnWriteArrayList<>();

  /**
   * @param around the command
   */
  SweepSurroundings(JobSurroundings around) {
    this.around = around;
  }

  @Override
  public Optional<String> text(Path file) {
    return around.text(file);
  }

  @Override
  public PrintStream progress() {
    return around.progress();
  }

  @Override
  public boolean isTerminal() {
    return around.isTerminal();
  }

  @Override
  public RunOptions options(RunOptions options) {
    return around.options(options).withEngineIdle(IDLE);
  }

  @Override
  public void begin(EngineFactory engines) {
    EnginePool.makeRoom(engines);
  }

  @Override
  public void running(Supplier<JobProgress> progress, Runnable stop) {
    stops.add(stop);
    around.running(progress, () -> stops.forEach(Runnable::run));
  }

  @Override
  public void end(EngineFactory engines, boolean failed) {
    if (failed) {
      EnginePool.closeUnused();
    } else {
      EnginePool.keep(engines, IDLE);
    }
  }
}
