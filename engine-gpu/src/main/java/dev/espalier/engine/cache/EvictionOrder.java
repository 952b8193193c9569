package dev.espalier.engine.cache;

import dev.espalier.engine.TokenSequence;
import java.util.Comparator;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which unheld leaf goes first: the least recently used of those that no expected opening begins
 * with; if there is none, the least recently used of all.
 *
 * <p>Whether a leaf is expected is found out when it would be its turn, and remembered together
 * with one opening that needs it, until that opening is withdrawn.
 */
final class EvictionOrder {
  private static final Comparator<PageNode> LEAST_RECENT =
      Comparator.comparingLong((PageNode node) -> node.lastUse)
          .thenComparingLong(node -> node.serial);

  private final TreeMap<TokenSequence, ExpectedOpening> openings = new TreeMap<>();
  private final TreeSet<PageNode> leaves = new TreeSet<>(LEAST_RECENT);
  private final TreeSet<PageNode> expectedLeaves = new TreeSet<>(LEAST_RECENT);

  void add(PageNode leaf) {
    leaves.add(leaf);
  }

  void remove(PageNode leaf) {
    if (leaf.expectedBy == null) {
      leaves.remove(leaf);
    } else {
      expectedLeaves.remove(leaf);
      leaf.expectedBy.kept.remove(leaf);
      leaf.expectedBy = null;
    }
  }

  boolean contains(PageNode leaf) {
    return (leaf.expectedBy == null ? leaves : expectedLeaves).contains(leaf);
  }

  int size() {
    return leaves.size() + expectedLeaves.size();
  }

  /** Removes and returns the leaf whose turn it is; there must be one. */
  PageNode next() {
    while (!leaves.isEmpty()) {
      PageNode leaf = leaves.pollFirst();
      ExpectedOpening opening = openingWith(leaf);
      if (opening == null) {
        return leaf;
      }
      leaf.expectedBy = opening;
      opening.kept.add(leaf);
      expectedLeaves.add(leaf);
    }
    PageNode leaf = expectedLeaves.first();
    remove(leaf);
    return leaf;
  }

  ExpectedOpening announce(TokenSequence tokens) {
    ExpectedOpening opening = openings.computeIfAbsent(tokens, ExpectedOpening::new);
    opening.announced++;
    return opening;
  }

  void withdraw(ExpectedOpening opening) {
    if (--opening.announced > 0) {
      return;
    }
    openings.remove(opening.tokens);
    for (PageNode leaf : opening.kept) {
      expectedLeaves.remove(leaf);
      leaf.expectedBy = null;
      leaves.add(leaf);
    }
    opening.kept.clear();
  }

  /**
   * The last opening, in the order of tokens, that begins with the leaf's whole path, or null. Rows
   * come in that order, so the last one is the one that is withdrawn last.
   */
  private ExpectedOpening openingWith(PageNode leaf) {
    if (openings.isEmpty()) {
      return null;
    }
    TokenSequence path = TokenSequence.of(leaf.path());
    var entry = openings.floorEntry(path.concat(TokenSequence.of(Integer.MAX_VALUE)));
    return entry != null && entry.getKey().startsWith(path) ? entry.getValue() : null;
  }
}
