package dev.espalier.program;

import dev.espalier.row.ScoredToken;
import java.util.List;
import java.util.Objects;

/**
 * One text that a model gave.
 *
 * @param finishReason why a generation ended, in lower case; {@code choice} for a choice
 * @param logprob sum of the log-probabilities of its tokens, natural logarithm
 * @param tokenLogprobs of each token that {@code text} is made of; empty unless {@link
 *     Options#logprobs} or {@link Options#promptLogprobsFrom} asks for them
 */
public record Output(
    String text, String finishReason, double logprob, List<ScoredToken> tokenLogprobs) {
  public Output {
    Objects.requireNonNull(text, "text");
    Objects.requireNonNull(finishReason, "finishReason");
    tokenLogprobs = List.copyOf(tokenLogprobs);
  }
}
