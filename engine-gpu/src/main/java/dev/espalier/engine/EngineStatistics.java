package dev.espalier.engine;

/**
 * Totals since the engine opened.
 *
 * @param requests generations and scorings completed, failed or cancelled
 * @param promptTokens prompt tokens of the admitted requests
 * @param cachedTokens those of them that were found in the cache
 * @param computedTokens tokens that went through the forward pass, those included that were
 *     recomputed, or computed ahead for a sequence that then ended
 * @param generatedTokens tokens chosen
 * @param steps forward passes
 * @param preemptions sequences that gave up their pages and were computed again
 * @param totalPages pages of the cache
 * @param peakPages most pages held by running sequences at once
 */
public record EngineStatistics(
    long requests,
    long promptTokens,
    long cachedTokens,
    long computedTokens,
    long generatedTokens,
    long steps,
    long preemptions,
    int totalPages,
    int peakPages) {

  /** The totals of two engines together; their peaks need not have been at the same time. */
  public EngineStatistics plus(EngineStatistics other) {
    return new EngineStatistics(
        requests + other.requests,
        promptTokens + other.promptTokens,
        cachedTokens + other.cachedTokens,
        computedTokens + other.computedTokens,
        generatedTokens + other.generatedTokens,
        steps + other.steps,
        preemptions + other.preemptions,
        totalPages + other.totalPages,
        peakPages + other.peakPages);
  }
}
