package dev.espalier.bench;

/**
 * Times what the host does for a step: an engine over a device that takes no time, decoding many
 * sequences.
 */
public final class HostBenchmark {
  private static final int MAX_BATCH_TOKENS = 4096;
  private static final int VOCABULARY = 128_256;

  private HostBenchmark() {}

  /**
   * Microseconds a step, prompts included, each the best of several runs.
   *
   * @param sequences that run at the same time
   * @param promptTokens of each
   * @param outputTokens of each
   * @param runsAhead whether steps are launched ahead
   */
  public static double microseconds(
      int sequences, int promptTokens, int outputTokens, boolean runsAhead) {
    EndToEnd.Shape shape =
        new EndToEnd.Shape(sequences, 0, 1, promptTokens, outputTokens, sequences);
    double best = Double.MAX_VALUE;
    for (int i = 0; i < 4; i++) {
      IdleRunner runner = new IdleRunner(VOCABULARY, sequences * (promptTokens + outputTokens));
      EndToEnd.Outcome outcome = new EndToEnd(runner, MAX_BATCH_TOKENS, runsAhead).run(shape);
      best = Math.min(best, outcome.seconds() / outcome.steps() * 1e6);
    }
    return best;
  }
}
