package dev.espalier.jobs;

import dev.espalier.pipeline.EngineFactory;
import dev.espalier.pipeline.EnginePool;
import dev.espalier.pipeline.RunOptions;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Those of a command whose jobs follow one another: an engine stays for the next of its model. */
record SweepSurroundings(JobSurroundings of) implements JobSurroundings {
  private static final Duration IDLE = Duration.ofHours(1);

  @Override
  public Optional<String> text(Path file) {
    return of.text(file);
  }

  @Override
  public PrintStream progress() {
    return of.progress();
  }

  @Override
  public boolean isTerminal() {
    return of.isTerminal();
  }

  @Override
  public RunOptions options(RunOptions options) {
    return of.options(options).withEngineIdle(IDLE);
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
      EnginePool.keep(engines, IDLE);
    }
  }
}
