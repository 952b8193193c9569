package dev.espalier.engine;

import dev.espalier.engine.device.ModelRunners;
import dev.espalier.engine.model.Checkpoint;
import dev.espalier.engine.model.ModelRunner;
import java.util.Random;

/** On the CPU, with random thread counts, and with steps launched ahead or not. */
final class DeterminismTest extends DeterminismContract {

  @Override
  protected ModelRunner open(Checkpoint checkpoint, EngineOptions options) {
    return ModelRunners.open(checkpoint, options);
  }

  @Override
  protected ModelRunner busy(ModelRunner runner, Random random) {
    return random.nextInt(4) > 0 ? new AheadRunner(runner) : runner;
  }
}
