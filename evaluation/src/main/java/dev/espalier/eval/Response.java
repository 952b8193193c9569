package dev.espalier.eval;

import java.util.Objects;

/** What a model answered to one {@link Request}. */
public sealed interface Response {

  /**
   * @param sum of the tokens' log-probabilities, natural logarithm
   * @param greedy whether each token of the continuation is the most probable one
   */
  record Loglikelihood(double sum, boolean greedy) implements Response {}

  /**
   * @param sum of the text's log-probabilities over all windows
   */
  record RollingLoglikelihood(double sum) implements Response {}

  /**
   * @param text generated, cut at the first stop
   */
  record Text(String text) implements Response {
    public Text {
      Objects.requireNonNull(text, "text");
    }
  }
}
