package dev.espalier.engine.cuda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.ErrorCode;
import java.util.function.UnaryOperator;

/** Operations for the tests that need a GPU; without one those are skipped. */
final class Gpu {

  private Gpu() {}

  static CudaOperations open(int maxRows) {
    return open(maxRows, UnaryOperator.identity());
  }

  /** Operations with the kernels that a GPU of narrower limits would get. */
  static CudaOperations open(int maxRows, UnaryOperator<DeviceLimits> narrowing) {
    EngineOptions options =
        EngineOptions.defaults().withDevice("cuda:0").withMaxBatchTokens(maxRows);
    try {
      return CudaBackend.operations(options, narrowing);
    } catch (EngineException e) {
      assumeTrue(e.code() != ErrorCode.DEVICE_UNAVAILABLE, e.getMessage());
      throw e;
    }
  }
}
