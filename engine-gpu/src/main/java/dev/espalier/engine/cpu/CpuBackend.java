package dev.espalier.engine.cpu;

import dev.espalier.engine.Dtype;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.model.Operations;
import dev.espalier.engine.sample.LogitsSampler;

/** The way to the CPU's operations that does not need their classes before it is sure of them. */
public final class CpuBackend {
  private static final String MODULE = "jdk.incubator.vector";

  /**
   * Operations with the threads and rows that {@code options} ask for.
   *
   * @throws EngineException DEVICE_UNAVAILABLE if the Vector API is not there, or {@code options}
   *     ask for another type than float32
   */
  public static Operations open(EngineOptions options) {
    requireVectors();
    if (options.computedIn() != Dtype.FLOAT32) {
      throw new EngineException(
          ErrorCode.DEVICE_UNAVAILABLE,
          "dtype bfloat16 is for GPUs: the CPU computes in float32; use auto or float32");
    }
    return new CpuOperations(
        options.maxBatchTokens(),
        options.threads(),
        options.weights(),
        vocabulary -> new LogitsSampler(vocabulary, new LanesSumExp())::sample);
  }

  /** Begins to have the loops compiled, for engines that are opened later. */
  public static void prepare(EngineOptions options) {
    if (ModuleLayer.boot().findModule(MODULE).isPresent()) {
      KernelWarmUp.start(options.weights());
    }
  }

  /**
   * Makes sure that this JVM can compute.
   *
   * @throws EngineException DEVICE_UNAVAILABLE if the Vector API is not there
   */
  public static void requireVectors() {
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      throw new EngineException(
          ErrorCode.DEVICE_UNAVAILABLE,
          "The engine computes with the Vector API; start Java with --add-modules " + MODULE);
    }
  }

  private CpuBackend() {}
}
