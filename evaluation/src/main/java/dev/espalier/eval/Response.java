package dev.espalier.eval;

import dev.espalier.row.StepTrace;
import java.util.List;
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
   * @param steps of the program that came to it, in their order; none of a plain request
   */
  record Text(String text, List<StepTrace> steps) implements Response {
    public Text {
      Objects.requireNonNull(text, "text");
      steps = List.copyOf(steps);
    }

    public Text(String text) {
      this(text, List.of());
    }
  }
}
