package dev.espalier.jobs;

import dev.espalier.io.storage.StorageOptions;
import dev.espalier.pipeline.RowRunnerFactory;
import dev.espalier.program.RowRunner;
import dev.espalier.program.source.ProgramSource;

/**
 * Binds a program to the text side of a model, on whatever worker it runs.
 *
 * @param inFlight most programs that run at once in one JVM
 */
record ProgramBinding(
    String model, String modelHash, ProgramSource program, int inFlight, StorageOptions storage)
    implements RowRunnerFactory {

  @Override
  public String key() {
    return modelHash + " " + program.hash() + " " + inFlight;
  }

  @Override
  public RowRunner create() {
    return TextSide.load(modelHash, ModelCache.ofUser(storage).resolve(model).path())
        .bind(program.load(), inFlight);
  }
}
