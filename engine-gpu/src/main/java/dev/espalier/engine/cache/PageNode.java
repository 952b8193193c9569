package dev.espalier.engine.cache;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A node of the radix tree: one page and the tokens it holds. Full nodes may have children; a node
 * with fewer tokens than a page holds is a leaf, and only the table that fills it holds it.
 *
 * <p>A node begins as planned: its tokens are known, but not all of them went into a step. Once
 * they did it is readable, by slices of that step and of later ones. After that step it is settled:
 * its page may be copied, and outlives the table that filled it.
 */
final class PageNode {
  private static final NavigableMap<int[], PageNode> NONE =
      Collections.unmodifiableNavigableMap(new TreeMap<>(Arrays::compare));

  final PageNode parent;
  final int page;

  /** Unique, in order of creation. */
  final long serial;

  /** Tokens in the page, at least one but for the root. */
  int[] tokens;

  /** Page tables whose pages include this one. */
  int holders;

  /** When a table last began or ceased to hold this node. */
  long lastUse;

  boolean readable;
  boolean settled;

  /** An open expectation that needs this node, if the eviction order found one. */
  ExpectedOpening expectedBy;

  private NavigableMap<int[], PageNode> settledChildren = NONE;
  private NavigableMap<int[], PageNode> plannedChildren = NONE;
  private List<Runnable> watchers = List.of();

  PageNode(PageNode parent, int page, int[] tokens, long serial) {
    this.parent = parent;
    this.page = page;
    this.tokens = tokens;
    this.serial = serial;
  }

  NavigableMap<int[], PageNode> children(boolean ofSettled) {
    return ofSettled ? settledChildren : plannedChildren;
  }

  boolean isLeaf() {
    return settledChildren.isEmpty() && plannedChildren.isEmpty();
  }

  /** The child with exactly these tokens, settled or planned, or null. */
  PageNode child(int[] key) {
    PageNode child = settledChildren.get(key);
    return child != null ? child : plannedChildren.get(key);
  }

  /** Puts this node among its parent's children; no child of the parent has its tokens. */
  void attach() {
    if (settled) {
      if (parent.settledChildren == NONE) {
        parent.settledChildren = new TreeMap<>(Arrays::compare);
      }
      parent.settledChildren.put(tokens, this);
    } else {
      if (parent.plannedChildren == NONE) {
        parent.plannedChildren = new TreeMap<>(Arrays::compare);
      }
      parent.plannedChildren.put(tokens, this);
    }
  }

  void detach() {
    (settled ? parent.settledChildren : parent.plannedChildren).remove(tokens);
  }

  /** Has {@code watcher} run when this planned node is settled or gone. */
  void watch(Runnable watcher) {
    if (watchers.isEmpty()) {
      watchers = new ArrayList<>();
    }
    watchers.add(watcher);
  }

  void wakeWatchers() {
    List<Runnable> woken = watchers;
    watchers = List.of();
    woken.forEach(Runnable::run);
  }

  /**
   * The child that shares most leading tokens with {@code key}, or null if none shares any.
   * Children are ordered by their tokens, so it is a neighbour of the place where {@code key} would
   * be.
   */
  PageNode closestChild(int[] key, boolean ofSettled) {
    NavigableMap<int[], PageNode> children = children(ofSettled);
    if (children.isEmpty()) {
      return null;
    }
    Map.Entry<int[], PageNode> below = children.floorEntry(key);
    Map.Entry<int[], PageNode> above = children.ceilingEntry(key);
    int sharedBelow = below == null ? 0 : commonPrefix(below.getKey(), key);
    int sharedAbove = above == null ? 0 : commonPrefix(above.getKey(), key);
    if (sharedBelow == 0 && sharedAbove == 0) {
      return null;
    }
    return sharedAbove >= sharedBelow ? above.getValue() : below.getValue();
  }

  static int commonPrefix(int[] a, int[] b) {
    int mismatch = Arrays.mismatch(a, b);
    return mismatch < 0 ? a.length : mismatch;
  }

  /** All tokens from the root to the end of this node. */
  int[] path() {
    int length = 0;
    for (PageNode node = this; node.parent != null; node = node.parent) {
      length += node.tokens.length;
    }
    int[] path = new int[length];
    for (PageNode node = this; node.parent != null; node = node.parent) {
      length -= node.tokens.length;
      System.arraycopy(node.tokens, 0, path, length, node.tokens.length);
    }
    return path;
  }
}
