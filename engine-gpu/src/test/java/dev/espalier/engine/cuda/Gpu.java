package dev.espalier.engine.cuda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.ErrorCode;

/** Operations for the tests that need a GPU; without one those are skipped. */
final class Gpu {

  private Gpu() {}

  static CudaOperations open(int maxRows) {
    EngineOptions options =
        EngineOptions.defaults().withDevice("cuda:0").withMaxBatchTokens(maxRows);
    try {
      return CudaBackend.operations(options);
    } catch (EngineException e) {
      assumeTrue(e.code() != ErrorCode.DEVICE_UNAVAILABLE, e.getMessage());
      throw e;
    }
  }
}
