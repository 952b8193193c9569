package dev.espalier.engine;

import java.util.List;
import java.util.Objects;

/**
 * Asks for the log-probabilities of several continuations of one prefix, which is computed once.
 *
 * @param prefix the tokens before every continuation; at least one
 * @param continuations each of at least one token
 * @param session see {@link GenerationRequest#session()}
 */
public record ScoreRequest(TokenSequence prefix, List<TokenSequence> continuations, long session) {
  public ScoreRequest {
    Objects.requireNonNull(prefix, "prefix");
    continuations = List.copyOf(continuations);
  }
}
