package dev.espalier.engine.cache;

import dev.espalier.engine.TokenSequence;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * An opening that requests still to come begin with. Announced any number of times; open until it
 * was withdrawn as often.
 */
public final class ExpectedOpening {
  final TokenSequence tokens;
  int announced;

  /** Nodes the eviction order keeps for this opening. */
  final Set<PageNode> kept = new LinkedHashSet<>();

  ExpectedOpening(TokenSequence tokens) {
    this.tokens = tokens;
  }
}
