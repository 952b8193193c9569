package dev.espalier.jobs;

import dev.espalier.pipeline.RowRunnerFactory;
import dev.espalier.program.RowRunner;
import dev.espalier.program.source.ProgramSource;

/**
 * Binds a program to the text side of a model, on whatever worker it runs.
 *
 * @param inFlight most programs that run at once in one JVM
 */
record ProgramBinding(String model, String modelHash, ProgramSource program, int inFlight)
    implements RowRunnerFactory {

  @Override
  public String key() {
    return modelHash + " " + program.hash() + " " + inFlight;
  }

  @Override
  public RowRunner create() {
    return TextSide.load(modelHash, ModelCache.ofUser().resolve(model).path())
        .bind(program.load(), inFlight);
  }
}
