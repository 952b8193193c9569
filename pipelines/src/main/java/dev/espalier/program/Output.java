package dev.espalier.program;

import java.util.Objects;

/**
 * One text that a model gave.
 *
 * @param finishReason why a generation ended, in lower case; {@code choice} for a choice
 * @param logprob sum of the log-probabilities of its tokens, natural logarithm
 */
public record Output(String text, String finishReason, double logprob) {
  public Output {
    Objects.requireNonNull(text, "text");
    Objects.requireNonNull(finishReason, "finishReason");
  }
}
