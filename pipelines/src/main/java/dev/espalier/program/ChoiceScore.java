package dev.espalier.program;

import java.util.Objects;

/**
 * How well one choice of a {@code select} did.
 *
 * @param logprob sum of the log-probabilities of its tokens, natural logarithm
 * @param score by the {@link ChoiceMethod} of the step; the largest wins
 * @param tokens how many tokens it has
 * @param greedy whether the model, always taking its most probable token, would have written it
 */
public record ChoiceScore(String choice, double logprob, double score, int tokens, boolean greedy) {
  public ChoiceScore {
    Objects.requireNonNull(choice, "choice");
  }
}
