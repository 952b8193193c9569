package dev.espalier.engine;

import java.util.List;

/**
 * What a request generated: {@code n} samples of one prompt.
 *
 * @param promptTokens length of the prompt
 * @param cachedTokens how many prompt tokens were not computed for this request because their keys
 *     and values were in the cache; depends on what else ran, so never part of an output table
 * @param promptLogprobs of the prompt tokens from the asked position on; empty if not asked for.
 *     The first token of a prompt has none
 */
public record GenerationResult(
    List<Sample> samples, int promptTokens, int cachedTokens, List<TokenLogprob> promptLogprobs) {

  /**
   * One sample.
   *
   * @param tokens the generated tokens that a later step may continue from; without the stop token
   *     or the tokens after a stop string, unless {@code includeStop}
   * @param text the decoded output, cut before the stop string unless {@code includeStop}
   * @param logprobs of each token in {@code tokens}
   * @param cumulativeLogprob sum over {@code logprobs}, in order, in double precision
   * @param generatedTokens how many tokens were generated, those cut off included
   * @param constraintMet whether the text meets the constraint of the request, also true if there
   *     is none; false only where the reason is {@link FinishReason#LENGTH}
   */
  public record Sample(
      TokenSequence tokens,
      String text,
      FinishReason finishReason,
      List<TokenLogprob> logprobs,
      double cumulativeLogprob,
      int generatedTokens,
      boolean constraintMet) {
    public Sample {
      logprobs = List.copyOf(logprobs);
    }
  }

  public GenerationResult {
    samples = List.copyOf(samples);
    promptLogprobs = List.copyOf(promptLogprobs);
  }

  /** The first sample; the only one unless {@code n > 1}. */
  public Sample first() {
    return samples.get(0);
  }
}
