package dev.espalier.engine;

import java.util.concurrent.CompletableFuture;

/**
 * A loaded model on one device or several. Requests carry their whole prefix; what they share is
 * kept once, in pages of keys and values, and is the engine's own business. The outcome of a
 * request depends on the request and the model alone, bit for bit: not on other requests, the order
 * of submission, the sizes in {@link EngineOptions} or the state of the cache.
 *
 * <p>Thread-safe. Any number of requests may be submitted; they wait inside. A future completes
 * exceptionally with an {@link EngineException}; its dependents run on threads that do not compute.
 * Cancelling a future gives up its request.
 */
public interface Engine extends AutoCloseable {

  ModelInfo model();

  /** Devices that share the requests. */
  default int devices() {
    return 1;
  }

  CompletableFuture<GenerationResult> generate(GenerationRequest request);

  CompletableFuture<ScoreResult> score(ScoreRequest request);

  /**
   * Says that a request beginning with {@code opening} is still to come, so that the cache keeps
   * what it will need before what nobody has announced. Close it when the request was submitted.
   * Never changes an outcome.
   */
  Expectation expect(TokenSequence opening);

  EngineStatistics statistics();

  /** What it is doing at this moment; one that does not tell has done nothing. */
  default EngineActivity activity() {
    return EngineActivity.NONE;
  }

  /**
   * Checks that pages free, cached and held add up and that reference counts equal the holders.
   *
   * @throws IllegalStateException naming what does not add up
   */
  void checkIntegrity();

  /** Fails what is still waiting with {@link ErrorCode#ENGINE_CLOSED} and frees the device. */
  @Override
  void close();

  /** An announced opening; closing it twice has no effect. */
  interface Expectation extends AutoCloseable {
    @Override
    void close();
  }
}
