package dev.espalier.eval.tokens;

import java.util.List;

/** What an engine answered to a {@link TokenRequest}. */
public sealed interface TokenAnswer {

  /**
   * @param sums of the tokens' log-probabilities, natural logarithm, of each continuation
   * @param greedy of each continuation, whether each token is the most probable one
   */
  record Scores(List<Double> sums, List<Boolean> greedy) implements TokenAnswer {
    public Scores {
      sums = List.copyOf(sums);
      greedy = List.copyOf(greedy);
    }
  }

  /**
   * @param texts of each sample what was generated, the first stop in it included
   * @param tokens how many were generated, of each sample
   */
  record Texts(List<String> texts, List<Long> tokens) implements TokenAnswer {
    public Texts {
      texts = List.copyOf(texts);
      tokens = List.copyOf(tokens);
    }
  }
}
