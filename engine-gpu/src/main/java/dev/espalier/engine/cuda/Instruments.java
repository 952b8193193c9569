package dev.espalier.engine.cuda;

import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.cuda.driver.CudaDevice;
import dev.espalier.engine.cuda.driver.DeviceBuffer;
import dev.espalier.engine.model.Operations;
import dev.espalier.engine.model.WeightTensor;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What measurements and checks may do to a GPU's operations beside running them. Of the thread that
 * runs the steps; each switch counts from the next step on.
 */
public final class Instruments {

  /** What a measurement may leave out of a step. */
  public enum Part {
    PROJECTIONS,
    GATED_PROJECTIONS,
    ROTATION,
    ATTENTION,
    NORMALIZATION,
    LOGITS_AND_SAMPLING
  }

  private final CudaOperations operations;
  private boolean sharing = true;
  private Set<Part> omitted = Set.of();
  private int generation;

  Instruments(CudaOperations operations) {
    this.operations = operations;
  }

  /**
   * The instruments of operations of their own, which are closed by their runner.
   *
   * @throws dev.espalier.engine.EngineException DEVICE_UNAVAILABLE, with the cause, if the GPU that
   *     {@code options} name cannot be used
   */
  public static Instruments open(EngineOptions options) {
    return CudaBackend.operations(options).instruments();
  }

  /** What these are the instruments of. */
  public Operations operations() {
    return operations;
  }

  /** The GPU's name, as its maker gives it. */
  public String deviceName() {
    return operations.device().name();
  }

  /**
   * The logits of the last step, {@code [outputs][vocabulary]}.
   *
   * @throws IllegalStateException if it had more than 256 outputs, of which only the last are there
   */
  public float[] logits() {
    return operations.logits();
  }

  /** Switches the attention of shared beginnings once for all sequences on (as usual) or off. */
  public void share(boolean value) {
    sharing = value;
  }

  /** Leaves parts out of the steps to come, whose results then mean nothing; none: as usual. */
  public void omit(Set<Part> parts) {
    omitted = parts.isEmpty() ? Set.of() : EnumSet.copyOf(parts);
    generation++;
  }

  /** Fills all pages of keys and values with noise. */
  public void fillCacheWithNoise() {
    CudaDevice device = operations.device();
    device.makeCurrent();
    DeviceBuffer pages = operations.cache().memory();
    new Noise(device).fill(pages, pages.bytes(), 1, 0);
    device.synchronize("filling the cache");
  }

  /**
   * A matrix of normally distributed noise in bfloat16, which the device makes itself, or, of one
   * dimension, a vector of ones.
   *
   * @param shape {@code [outputs, inputs]} or {@code [values]}
   * @param deviation of the noise
   * @param seed decides the noise
   */
  public static WeightTensor noise(String name, List<Integer> shape, float deviation, long seed) {
    return shape.size() == 2
        ? new NoiseMatrix(name, shape, deviation, seed)
        : new VectorOfOnes(name, shape);
  }

  boolean shares() {
    return sharing;
  }

  boolean omits(Part part) {
    return omitted.contains(part);
  }

  boolean omitsNothing() {
    return omitted.isEmpty();
  }

  /** Grows whenever captured steps are no longer what is to run. */
  int generation() {
    return generation;
  }
}
