package dev.espalier.jobs;

import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.open.Engines;
import dev.espalier.pipeline.EngineFactory;

/** Opens the model of a job on the device of a job, on whatever worker it runs. */
record ModelOnDevice(String model, String modelHash, EngineOptions options)
    implements EngineFactory {

  @Override
  public String key() {
    return modelHash + " " + options;
  }

  @Override
  public Engine open() {
    return Engines.open(model, options);
  }
}
