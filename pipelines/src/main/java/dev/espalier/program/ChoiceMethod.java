package dev.espalier.program;

import dev.espalier.engine.ScoreResult.Continuation;
import java.util.Collections;
import java.util.List;

/**
 * How a choice wins. Among equal scores the first choice does. The last three are those of SGLang's
 * {@code choices_method}.
 */
public enum ChoiceMethod {
  /** The largest sum of log-probabilities: the choice that the model most probably writes. */
  LOG_LIKELIHOOD,

  /** The largest mean log-probability of a token, which favours long choices less unfairly. */
  TOKEN_LENGTH_NORMALIZED,

  /**
   * Token by token, only the choices whose next token is the most probable stay. A choice that has
   * ended goes on with its mean log-probability.
   */
  GREEDY_TOKEN_SELECTION,

  /**
   * The largest mean of log-probability minus the log-probability which the token has when nothing
   * but the choice is written, counted as 0 for the first token.
   */
  UNCONDITIONAL_LIKELIHOOD_NORMALIZED;

  /**
   * The scores of the choices, the larger the better; only their order has a meaning for {@link
   * #GREEDY_TOKEN_SELECTION}, where a winner has 1 and all others 0.
   *
   * @param conditional the choices after the text so far
   * @param unconditional log-probabilities of each choice's tokens on their own, 0 for the first
   *     token; read by {@link #UNCONDITIONAL_LIKELIHOOD_NORMALIZED} only
   */
  double[] scores(List<Continuation> conditional, List<List<Float>> unconditional) {
    double[] scores = new double[conditional.size()];
    if (this == GREEDY_TOKEN_SELECTION) {
      scores[greedy(conditional)] = 1;
      return scores;
    }
    for (int i = 0; i < scores.length; i++) {
      Continuation choice = conditional.get(i);
      int tokens = choice.tokenLogprobs().size();
      scores[i] =
          switch (this) {
            case LOG_LIKELIHOOD, GREEDY_TOKEN_SELECTION -> choice.logprob();
            case TOKEN_LENGTH_NORMALIZED -> choice.logprob() / tokens;
            case UNCONDITIONAL_LIKELIHOOD_NORMALIZED ->
                (choice.logprob() - sum(unconditional.get(i))) / tokens;
          };
    }
    return scores;
  }

  private static int greedy(List<Continuation> choices) {
    int longest = choices.stream().mapToInt(c -> c.tokenLogprobs().size()).max().orElse(0);
    List<Integer> remaining = new java.util.ArrayList<>();
    for (int i = 0; i < choices.size(); i++) {
      remaining.add(i);
    }
    for (int position = 0; position < longest && remaining.size() > 1; position++) {
      int at = position;
      List<Double> here = remaining.stream().map(i -> at(choices.get(i), at)).toList();
      double best = Collections.max(here);
      List<Integer> next = new java.util.ArrayList<>();
      for (int i = 0; i < here.size(); i++) {
        if (here.get(i) == best) {
          next.add(remaining.get(i));
        }
      }
      remaining = next;
    }
    return remaining.get(0);
  }

  private static double at(Continuation choice, int position) {
    int tokens = choice.tokenLogprobs().size();
    return position < tokens ? choice.tokenLogprobs().get(position) : choice.logprob() / tokens;
  }

  private static double sum(List<Float> logprobs) {
    double sum = 0;
    for (float logprob : logprobs) {
      sum += logprob;
    }
    return sum;
  }
}
