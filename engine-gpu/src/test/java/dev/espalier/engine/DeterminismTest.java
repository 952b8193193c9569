package dev.espalier.engine;

import dev.espalier.engine.checkpoint.Checkpoint;
import dev.espalier.engine.forward.ModelRunner;
import dev.espalier.engine.open.ModelRunners;

/** On the CPU, with random thread counts. */
final class DeterminismTest extends DeterminismContract {

  @Override
  protected ModelRunner open(Checkpoint checkpoint, EngineOptions options) {
    return ModelRunners.open(checkpoint, options);
  }
}
