package dev.espalier.engine;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * How an engine uses its machine. None of these changes an output, but for {@code weights}, {@code
 * dtype} and the kind of device.
 *
 * @param device where it computes
 * @param kvCacheBytes memory of each device for pages of keys and values; 0 lets the engine choose
 * @param maxBatchTokens most tokens computed in one step
 * @param maxSequences most sequences in one step
 * @param threads compute threads of the CPU engine; 0 is one a core
 * @param weights how weights are kept in memory
 * @param dtype what the model is computed in
 */
public record EngineOptions(
    Devices device,
    long kvCacheBytes,
    int maxBatchTokens,
    int maxSequences,
    int threads,
    WeightFormat weights,
    Dtype dtype)
    implements Serializable {

  /** Most compute threads; more than machines have. */
  public static final int MOST_THREADS = 1024;

  /** 16 TiB. */
  public static final long MOST_KV_CACHE_BYTES = 1L << 44;

  /** What a step works in is allocated for this many tokens. */
  public static final int MOST_BATCH_TOKENS = 1 << 16;

  public static final int MOST_SEQUENCES = 1 << 14;

  public EngineOptions {
    Objects.requireNonNull(device, "device");
    Objects.requireNonNull(weights, "weights");
    Objects.requireNonNull(dtype, "dtype");
    List<String> problems = new ArrayList<>();
    require(kvCacheBytes, "kvCacheBytes", 0, MOST_KV_CACHE_BYTES, problems);
    require(maxBatchTokens, "maxBatchTokens", 1, MOST_BATCH_TOKENS, problems);
    require(maxSequences, "maxSequences", 1, MOST_SEQUENCES, problems);
    require(threads, "threads", 0, MOST_THREADS, problems);
    if (!problems.isEmpty()) {
      throw new EngineException(ErrorCode.INVALID_PARAMETERS, String.join("; ", problems));
    }
  }

  private static void require(
      long value, String name, long least, long most, List<String> problems) {
    if (value < least || value > most) {
      problems.add(
          name
              + " is "
              + value
              + " but must be from "
              + least
              + (least == 0 ? " (automatic)" : "")
              + " to "
              + most);
    }
  }

  /** Options with the weights of the checkpoint as they are, in the device's own type. */
  public EngineOptions(
      Devices device, long kvCacheBytes, int maxBatchTokens, int maxSequences, int threads) {
    this(
        device,
        kvCacheBytes,
        maxBatchTokens,
        maxSequences,
        threads,
        WeightFormat.CHECKPOINT,
        Dtype.AUTO);
  }

  /** The CPU, an automatic cache, 2048 tokens and 256 sequences a step. */
  public static EngineOptions defaults() {
    return new EngineOptions(Devices.CPU, 0, 2048, 256, 0);
  }

  /** What the model is computed in on this device: never {@link Dtype#AUTO}. */
  public Dtype computedIn() {
    if (dtype != Dtype.AUTO) {
      return dtype;
    }
    return device.isCpu() ? Dtype.FLOAT32 : Dtype.BFLOAT16;
  }

  public EngineOptions withDevice(Devices value) {
    return new EngineOptions(
        value, kvCacheBytes, maxBatchTokens, maxSequences, threads, weights, dtype);
  }

  /**
   * The same on the devices of this name.
   *
   * @throws EngineException DEVICE_UNAVAILABLE if {@link Devices#of} cannot read it
   */
  public EngineOptions withDevice(String name) {
    return withDevice(Devices.of(name));
  }

  public EngineOptions withKvCacheBytes(long value) {
    return new EngineOptions(device, value, maxBatchTokens, maxSequences, threads, weights, dtype);
  }

  public EngineOptions withMaxBatchTokens(int value) {
    return new EngineOptions(device, kvCacheBytes, value, maxSequences, threads, weights, dtype);
  }

  public EngineOptions withMaxSequences(int value) {
    return new EngineOptions(device, kvCacheBytes, maxBatchTokens, value, threads, weights, dtype);
  }

  public EngineOptions withThreads(int value) {
    return new EngineOptions(
        device, kvCacheBytes, maxBatchTokens, maxSequences, value, weights, dtype);
  }

  public EngineOptions withWeights(WeightFormat value) {
    return new EngineOptions(
        device, kvCacheBytes, maxBatchTokens, maxSequences, threads, value, dtype);
  }

  public EngineOptions withDtype(Dtype value) {
    return new EngineOptions(
        device, kvCacheBytes, maxBatchTokens, maxSequences, threads, weights, value);
  }

  /**
   * The name of what a checkpoint computes under these options: eight-bit weights are another
   * model, and so is one computed in another type than usual.
   *
   * @param checkpoint hash of its files
   */
  public String modelHash(String checkpoint) {
    StringBuilder hash = new StringBuilder(checkpoint);
    if (weights != WeightFormat.CHECKPOINT) {
      hash.append('-').append(weights.name().toLowerCase(Locale.ROOT));
    }
    if (computedIn() != withDtype(Dtype.AUTO).computedIn()) {
      hash.append('-').append(computedIn().name().toLowerCase(Locale.ROOT));
    }
    return hash.toString();
  }
}
