package dev.espalier.engine;

/**
 * What an engine is doing, and where its time went since its first request. Unlike {@link
 * EngineStatistics}, tokens count as they are computed, not when their requests begin or end. Of
 * several devices everything is the sum.
 *
 * @param promptTokens prompt tokens that went through the forward pass for the first time
 * @param cachedTokens prompt tokens that were found in the cache instead
 * @param generatedTokens tokens chosen, or forced by a constraint
 * @param running sequences in the batch
 * @param waiting sequences that are in no batch yet, or gave up their pages
 * @param heldPages pages of the cache held by running sequences
 * @param totalPages pages of the cache
 * @param preemptions sequences that gave up their pages and were computed again
 * @param busyNanos while a batch was under way
 * @param shortOfPagesNanos the part of {@code busyNanos} in which sequences waited because there
 *     were no pages for them
 * @param hostNanos while no batch was under way though there were requests: the host had to put the
 *     next one together
 * @param idleNanos while there were no requests
 */
public record EngineActivity(
    long promptTokens,
    long cachedTokens,
    long generatedTokens,
    int running,
    int waiting,
    int heldPages,
    int totalPages,
    long preemptions,
    long busyNanos,
    long shortOfPagesNanos,
    long hostNanos,
    long idleNanos) {

  /** Of an engine that has done nothing, or does not tell. */
  public static final EngineActivity NONE = new EngineActivity(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** Both together. */
  public EngineActivity plus(EngineActivity other) {
    return new EngineActivity(
        promptTokens + other.promptTokens,
        cachedTokens + other.cachedTokens,
        generatedTokens + other.generatedTokens,
        running + other.running,
        waiting + other.waiting,
        heldPages + other.heldPages,
        totalPages + other.totalPages,
        preemptions + other.preemptions,
        busyNanos + other.busyNanos,
        shortOfPagesNanos + other.shortOfPagesNanos,
        hostNanos + other.hostNanos,
        idleNanos + other.idleNanos);
  }

  /** What was done since {@code before}; what is so at the moment stays as it is. */
  public EngineActivity since(EngineActivity before) {
    return new EngineActivity(
        promptTokens - before.promptTokens,
        cachedTokens - before.cachedTokens,
        generatedTokens - before.generatedTokens,
        running,
        waiting,
        heldPages,
        totalPages,
        preemptions - before.preemptions,
        busyNanos - before.busyNanos,
        shortOfPagesNanos - before.shortOfPagesNanos,
        hostNanos - before.hostNanos,
        idleNanos - before.idleNanos);
  }
}
