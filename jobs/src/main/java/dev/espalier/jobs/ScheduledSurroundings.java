package dev.espalier.jobs;

import dev.espalier.jobs.progress.JobProgress;
import dev.espalier.jobs.schedule.ScheduledAction;
import dev.espalier.pipeline.EngineFactory;
import dev.espalier.pipeline.EnginePool;
import dev.espalier.pipeline.RunOptions;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** What a scheduler lends to a run: its output, and an engine that stays for the next run. */
final class ScheduledSurroundings implements JobSurroundings {
  private final ScheduledAction.Watch watch;
  private final Duration engineIdle;
  private final Path file;
  private final Optional<String> text;
  private Optional<String> report = Optional.empty();

  /**
   * @param engineIdle how long the engine stays loaded after the run
   * @param text in place of the job file's; none if the file itself is read
   */
  ScheduledSurroundings(
      ScheduledAction.Watch watch, Duration engineIdle, Path file, Optional<String> text) {
    this.watch = watch;
    this.engineIdle = engineIdle;
    this.file = file;
    this.text = text;
  }

  /** What the run reported; none if there was nothing to do, or it failed. */
  Optional<String> report() {
    return report;
  }

  @Override
  public Optional<String> text(Path asked) {
    return text.filter(same -> asked.equals(file));
  }

  @Override
  public PrintStream progress() {
    return watch.output();
  }

  @Override
  public boolean isTerminal() {
    return false;
  }

  @Override
  public RunOptions options(RunOptions options) {
    return options.withEngineIdle(engineIdle);
  }

  @Override
  public void begin(EngineFactory engines) {
    EnginePool.makeRoom(engines);
  }

  @Override
  public void end(EngineFactory engines, boolean failed) {
    if (failed) {
      EnginePool.closeUnused();
    } else {
      EnginePool.keep(engines, engineIdle);
    }
  }

  @Override
  public void running(Supplier<JobProgress> progress, Runnable stop) {
    watch.running(progress, stop);
  }

  @Override
  public void reported(String json) {
    report = Optional.of(json);
  }
}
