package dev.espalier.engine.cuda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.espalier.engine.Dtype;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.checkpoint.Checkpoint;
import dev.espalier.engine.cuda.driver.DeviceLimits;
import dev.espalier.engine.open.ModelRunners;
import dev.espalier.engine.step.ModelRunner;
import java.util.function.UnaryOperator;

/** Operations for the tests that need a GPU; without one those are skipped. */
final class Gpu {

  private Gpu() {}

  static CudaOperations open(int maxRows) {
    return open(maxRows, Dtype.AUTO, UnaryOperator.identity());
  }

  static CudaOperations open(int maxRows, Dtype dtype) {
    return open(maxRows, dtype, UnaryOperator.identity());
  }

  /** Operations with the kernels that a GPU of narrower limits would get. */
  static CudaOperations open(int maxRows, UnaryOperator<DeviceLimits> narrowing) {
    return open(maxRows, Dtype.AUTO, narrowing);
  }

  private static CudaOperations open(
      int maxRows, Dtype dtype, UnaryOperator<DeviceLimits> narrowing) {
    EngineOptions options =
        EngineOptions.defaults().withDevice("cuda:0").withMaxBatchTokens(maxRows).withDtype(dtype);
    try {
      return CudaBackend.operations(options, narrowing);
    } catch (EngineException e) {
      assumeTrue(e.code() != ErrorCode.DEVICE_UNAVAILABLE, e.getMessage());
      throw e;
    }
  }

  /** A checkpoint on the GPU; a test of one that its kernels have no shapes for is skipped. */
  static ModelRunner load(Checkpoint checkpoint, EngineOptions options) {
    try {
      return ModelRunners.open(checkpoint, options.withDevice("cuda:0"));
    } catch (EngineException e) {
      assumeTrue(e.code() != ErrorCode.DEVICE_UNAVAILABLE, e.getMessage());
      assumeTrue(e.code() != ErrorCode.CHECKPOINT_INVALID, e.getMessage());
      throw e;
    }
  }
}
