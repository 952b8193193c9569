package dev.espalier.engine;

import java.util.List;

/**
 * Log-probabilities of continuations, in the order of the request.
 *
 * @param prefixTokens length of the shared prefix
 * @param cachedTokens see {@link GenerationResult#cachedTokens()}
 */
public record ScoreResult(List<Continuation> continuations, int prefixTokens, int cachedTokens) {

  /**
   * @param tokenLogprobs one for each token of the continuation, natural logarithm
   * @param greedy whether each token is the model's most probable one
   */
  public record Continuation(List<Float> tokenLogprobs, boolean greedy) {
    public Continuation {
      tokenLogprobs = List.copyOf(tokenLogprobs);
    }

    /** The sum over the tokens, in order, in double precision. */
    public double logprob() {
      double sum = 0;
      for (float logprob : tokenLogprobs) {
        sum += logprob;
      }
      return sum;
    }
  }

  public ScoreResult {
    continuations = List.copyOf(continuations);
  }
}
