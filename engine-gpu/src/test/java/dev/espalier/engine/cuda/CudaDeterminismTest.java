package dev.espalier.engine.cuda;

import dev.espalier.engine.DeterminismContract;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.checkpoint.Checkpoint;
import dev.espalier.engine.forward.ModelRunner;

class CudaDeterminismTest extends DeterminismContract {

  @Override
  protected ModelRunner open(Checkpoint checkpoint, EngineOptions options) {
    return Gpu.load(checkpoint, options);
  }
}
