package dev.espalier.prefix;

import dev.espalier.engine.TokenSequence;
import java.util.TreeMap;

/** A plain trie of tokens: the independent account of what openings share. */
final class TokenTrie {
  private final TreeMap<Integer, TokenTrie> children = new TreeMap<>();
  private long rowsBelow;
  private long rowsHere;

  void add(TokenSequence opening) {
    TokenTrie node = this;
    node.rowsBelow++;
    for (int i = 0; i < opening.length(); i++) {
      node = node.children.computeIfAbsent(opening.get(i), token -> new TokenTrie());
      node.rowsBelow++;
    }
    node.rowsHere++;
  }

  /** Nodes below this one. */
  long nodes() {
    return children.values().stream().mapToLong(child -> 1 + child.nodes()).sum();
  }

  /**
   * Tokens saved when rows come one by one and each finds all that came before. At a node the first
   * row computes, and every row that ends there, since a request computes its last token itself.
   */
  long hits() {
    return children.values().stream()
        .mapToLong(child -> child.rowsBelow - Math.max(1, child.rowsHere) + child.hits())
        .sum();
  }

  /** Tokens saved and groups of the best single level of shared prefixes below this node. */
  long[] bestLevel(int depth) {
    long saved = 0;
    long groups = depth == 0 ? 0 : rowsHere;
    for (TokenTrie child : children.values()) {
      long[] best = child.bestLevel(depth + 1);
      saved += best[0];
      groups += best[1];
    }
    boolean together = depth > 0 && (rowsBelow - 1) * depth >= saved;
    return together ? new long[] {(rowsBelow - 1) * depth, 1} : new long[] {saved, groups};
  }
}
