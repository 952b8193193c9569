package dev.espalier.engine;

import java.util.List;
import java.util.Objects;

/**
 * Asks for the log-probabilities of several continuations of one prefix, which is computed once.
 *
 * @param prefix the tokens before every continuation; at least one
 * @param continuations each of at least one token
 * @param program see {@link GenerationRequest#program()}
 */
public record ScoreRequest(TokenSequence prefix, List<TokenSequence> continuations, long program) {
  public ScoreRequest {
    Objects.requireNonNull(prefix, "prefix");
    continuations = List.copyOf(continuations);
  }
}
