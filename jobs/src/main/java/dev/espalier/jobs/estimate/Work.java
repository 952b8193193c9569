package dev.espalier.jobs.estimate;

/**
 * What an engine has to do.
 *
 * @param rows how many
 * @param promptTokens those that have to be computed, what the cache has left out
 * @param generatedTokens those that are to be chosen, one after the other in a row
 * @param heldTokens most different tokens of openings that rows in flight hold together
 * @param inFlight most rows that run at once on one device
 */
public record Work(
    long rows, long promptTokens, long generatedTokens, long heldTokens, int inFlight) {

  /** Tokens that a row generates, on average. */
  public double generatedPerRow() {
    return rows == 0 ? 0 : (double) generatedTokens / rows;
  }

  /** What one of {@code devices} has to do of it. */
  Work of(int devices) {
    return new Work(
        (rows + devices - 1) / devices,
        promptTokens / devices,
        generatedTokens / devices,
        heldTokens,
        inFlight);
  }
}
