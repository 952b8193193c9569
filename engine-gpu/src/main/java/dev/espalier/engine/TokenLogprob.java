package dev.espalier.engine;

import java.util.List;

/**
 * The log-probability (natural logarithm) of a token under the model's raw logits, before
 * penalties, temperature and masks, as vLLM's {@code raw_logprobs}.
 *
 * @param alternatives the most probable tokens, most probable first, the smaller id first among
 *     equals; as many as were asked for
 */
public record TokenLogprob(int token, float logprob, List<Alternative> alternatives) {

  /** A token that could have stood in the same place. */
  public record Alternative(int token, float logprob) {}

  public TokenLogprob {
    alternatives = List.copyOf(alternatives);
  }
}
