package dev.espalier.row;

import java.io.Serializable;
import java.util.List;

/**
 * What one step of a program did. Everything here depends on the row, the program, the model and
 * the seed alone.
 *
 * @param step path of the step in the program, unique in the row, such as {@code reply} or {@code
 *     fork[1]/score}
 * @param kind {@code gen} or {@code select}
 * @param promptTokens tokens before the first generated one
 * @param cachedTokens how many of them an earlier step of the same row had already brought into the
 *     cache; what other rows shared is in the run report, since it depends on what ran
 * @param outputTokens tokens generated, or those of the winning choice
 * @param finishReason of a generation in lower case; {@code choice} for a choice
 * @param logprob sum of the log-probabilities of the output, natural logarithm
 * @param text the output
 * @param tokenLogprobs of the tokens of the output, where the step asks for them; else empty
 * @param promptLogprobs of the tokens of the prompt, from where the step asks for them on; else
 *     empty, as for samples after the first
 */
public record StepTrace(
    String step,
    String kind,
    int promptTokens,
    int cachedTokens,
    int outputTokens,
    String finishReason,
    double logprob,
    String text,
    List<ScoredToken> tokenLogprobs,
    List<ScoredToken> promptLogprobs)
    implements Serializable {

  public StepTrace {
    tokenLogprobs = List.copyOf(tokenLogprobs);
    promptLogprobs = List.copyOf(promptLogprobs);
  }

  /** Of a step that asks for no log-probabilities of tokens. */
  public StepTrace(
      String step,
      String kind,
      int promptTokens,
      int cachedTokens,
      int outputTokens,
      String finishReason,
      double logprob,
      String text) {
    this(
        step,
        kind,
        promptTokens,
        cachedTokens,
        outputTokens,
        finishReason,
        logprob,
        text,
        List.of(),
        List.of());
  }
}
