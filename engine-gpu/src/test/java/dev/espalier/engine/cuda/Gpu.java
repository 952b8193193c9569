package dev.espalier.engine.cuda;

import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.espalier.engine.Dtype;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.checkpoint.Checkpoint;
import dev.espalier.engine.cuda.driver.DeviceLimits;
import dev.espalier.engine.forward.ModelRunner;
import dev.espalier.engine.open.ModelRunners;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Operations for the tests that need a GPU. Without one those are skipped in a build of everything,
 * and fail where they were asked for: by the property {@code espalier.gpu=required}, as the GPU
 * bundle sets it, or by Maven's {@code -Dtest=…} or {@code -Dgroups=…}, which names them.
 */
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
      skipWithoutGpu(e);
      throw e;
    }
  }

  private static void skipWithoutGpu(EngineException e) {
    boolean skipped = e.code() == ErrorCode.DEVICE_UNAVAILABLE && !isRequired(System::getProperty);
    assumeFalse(skipped, e.getMessage());
  }

  /** Whether these properties ask for tests of a GPU. */
  static boolean isRequired(UnaryOperator<String> property) {
    String names = property.apply("test");
    String groups = property.apply("groups");
    // `!SlowTest` alone takes all others: that names none of them.
    boolean named =
        names != null
            && Stream.of(names.split(","))
                .map(String::strip)
                .anyMatch(name -> !name.isEmpty() && !name.startsWith("!"));
    return "required".equals(property.apply("espalier.gpu"))
        || named
        || (groups != null && groups.contains("sanitizer"));
  }

  /** A checkpoint on the GPU; a test of one that its kernels have no shapes for is skipped. */
  static ModelRunner load(Checkpoint checkpoint, EngineOptions options) {
    try {
      return ModelRunners.open(checkpoint, options.withDevice("cuda:0"));
    } catch (EngineException e) {
      skipWithoutGpu(e);
      assumeTrue(e.code() != ErrorCode.CHECKPOINT_INVALID, e.getMessage());
      throw e;
    }
  }
}
