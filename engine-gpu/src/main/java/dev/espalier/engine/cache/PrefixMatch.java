package dev.espalier.engine.cache;

import java.util.List;

/** How much of a sequence the cache holds. Valid until the cache changes. */
public final class PrefixMatch {
  /** Nodes whose whole pages are shared, from the root down. */
  final List<PageNode> path;

  /** The node whose page begins with what comes next, or null. */
  final PageNode source;

  /** How many tokens of the source to copy. */
  final int copied;

  /** A planned node that will hold more than this, or null. */
  final PageNode blocker;

  private final int tokens;

  PrefixMatch(List<PageNode> path, int tokens, PageNode source, int copied, PageNode blocker) {
    this.path = path;
    this.tokens = tokens;
    this.source = source;
    this.copied = copied;
    this.blocker = blocker;
  }

  /** How many leading tokens need not be computed. */
  public int tokens() {
    return tokens;
  }

  /**
   * Whether another table is about to fill more of the sequence: waiting saves computing it twice.
   */
  public boolean isBlocked() {
    return blocker != null;
  }

  /** Has {@code watcher} run, once, when what blocks this match was computed or given up. */
  public void whenUnblocked(Runnable watcher) {
    blocker.watch(watcher);
  }
}
