package dev.espalier.engine.route;

import dev.espalier.engine.TokenSequence;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Divides token sequences among places so that those which begin alike meet at one place, and no
 * place has much more work ahead than another. Sequences that come in the order of their tokens, as
 * a job submits them, are divided into sections, cut where the work has run apart.
 *
 * <p>A sequence goes where the one went that shares the longest beginning with it, unless that
 * place is ahead of the least loaded by more than a section and the beginning, which another place
 * would have to compute again. Not thread-safe.
 */
final class PrefixRouter {
  private static final long REMEMBERED_TOKENS = 1 << 22;

  private final long sectionTokens;
  private final long[] loads;
  private final TreeMap<TokenSequence, Integer> placeOf = new TreeMap<>();
  private final Set<TokenSequence> oldestFirst = new LinkedHashSet<>();
  private long rememberedTokens;

  /**
   * Where a sequence goes.
   *
   * @param shared tokens at its beginning that went there before
   */
  record Route(int place, int shared) {}

  /**
   * @param places how many
   * @param sectionTokens by which the work of two places may differ
   */
  PrefixRouter(int places, long sectionTokens) {
    this.loads = new long[places];
    this.sectionTokens = sectionTokens;
  }

  /** The place for {@code tokens}, which is remembered as that of what begins like them. */
  Route route(TokenSequence tokens) {
    int least = leastLoaded();
    Route route = new Route(least, 0);
    Map.Entry<TokenSequence, Integer> nearest = nearest(tokens);
    if (nearest != null) {
      int shared = nearest.getKey().commonPrefixLength(tokens);
      int owner = nearest.getValue();
      if (shared > 0 && loads[owner] - loads[least] <= sectionTokens + shared) {
        route = new Route(owner, shared);
      }
    }
    remember(tokens, route.place);
    return route;
  }

  /** Adds work, in tokens, to what a place has ahead; takes it away if negative. */
  void add(int place, long work) {
    loads[place] += work;
  }

  /** Work that a place has ahead, in tokens. */
  long load(int place) {
    return loads[place];
  }

  /** The neighbour, in the order of tokens, with the longer beginning in common. */
  private Map.Entry<TokenSequence, Integer> nearest(TokenSequence tokens) {
    Map.Entry<TokenSequence, Integer> before = placeOf.floorEntry(tokens);
    Map.Entry<TokenSequence, Integer> after = placeOf.higherEntry(tokens);
    if (before == null || after == null) {
      return before == null ? after : before;
    }
    boolean isBefore =
        before.getKey().commonPrefixLength(tokens) >= after.getKey().commonPrefixLength(tokens);
    return isBefore ? before : after;
  }

  private int leastLoaded() {
    int least = 0;
    for (int place = 1; place < loads.length; place++) {
      if (loads[place] < loads[least]) {
        least = place;
      }
    }
    return least;
  }

  private void remember(TokenSequence tokens, int place) {
    if (placeOf.put(tokens, place) == null) {
      rememberedTokens += tokens.length();
    } else {
      oldestFirst.remove(tokens);
    }
    oldestFirst.add(tokens);
    Iterator<TokenSequence> oldest = oldestFirst.iterator();
    while (rememberedTokens > REMEMBERED_TOKENS && oldestFirst.size() > 1) {
      TokenSequence forgotten = oldest.next();
      oldest.remove();
      placeOf.remove(forgotten);
      rememberedTokens -= forgotten.length();
    }
  }
}
