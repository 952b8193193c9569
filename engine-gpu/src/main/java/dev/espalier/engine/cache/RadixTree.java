package dev.espalier.engine.cache;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Sequences of tokens by their common beginnings, one page a node. Knows which nodes are held, and
 * in which order the others go; the pages themselves are its caller's.
 */
final class RadixTree {
  private final int pageSize;
  private final PageNode root;
  private final EvictionOrder evictionOrder;
  private long clock;
  private long serial;
  private int nodes;
  private int unheld;

  RadixTree(int pageSize, EvictionOrder evictionOrder) {
    this.pageSize = pageSize;
    this.evictionOrder = evictionOrder;
    this.root = new PageNode(null, -1, new int[0], serial++);
    root.settled = true;
    root.readable = true;
  }

  PageNode root() {
    return root;
  }

  int nodes() {
    return nodes;
  }

  /** Nodes that no table holds; all of them can be evicted, children before parents. */
  int unheld() {
    return unheld;
  }

  /** What the tree holds of the first {@code limit} tokens. */
  PrefixMatch match(int[] tokens, int limit) {
    List<PageNode> path = new ArrayList<>();
    PageNode node = root;
    int matched = 0;
    while (limit - matched >= pageSize) {
      int[] key = Arrays.copyOfRange(tokens, matched, matched + pageSize);
      PageNode child = node.child(key);
      if (child == null) {
        break;
      }
      if (!child.readable) {
        // Nothing else has the whole page, but something settled may have a part of it.
        return partialMatch(path, node, matched, key);
      }
      path.add(child);
      node = child;
      matched += pageSize;
    }
    int[] rest = Arrays.copyOfRange(tokens, matched, Math.min(limit, matched + pageSize));
    return partialMatch(path, node, matched, rest);
  }

  private static PrefixMatch partialMatch(
      List<PageNode> path, PageNode node, int matched, int[] rest) {
    PageNode source = node.closestChild(rest, true);
    int copied = source == null ? 0 : PageNode.commonPrefix(source.tokens, rest);
    PageNode planned = node.closestChild(rest, false);
    int soon = planned == null ? 0 : PageNode.commonPrefix(planned.tokens, rest);
    return new PrefixMatch(path, matched + copied, source, copied, soon > copied ? planned : null);
  }

  /** Keeps the nodes of {@code path} from eviction. */
  void hold(List<PageNode> path) {
    clock++;
    for (PageNode node : path) {
      hold(node);
    }
  }

  private void hold(PageNode node) {
    if (node.holders++ == 0) {
      unheld--;
      if (node.isLeaf()) {
        evictionOrder.remove(node);
      }
    }
    node.lastUse = clock;
  }

  /**
   * Lets go of the nodes of {@code path}. What was never settled goes at once.
   *
   * @return the pages of the nodes that went
   */
  List<Integer> letGo(List<PageNode> path) {
    clock++;
    List<Integer> pages = new ArrayList<>();
    for (int i = path.size() - 1; i >= 0; i--) {
      PageNode node = path.get(i);
      node.lastUse = clock;
      if (--node.holders > 0) {
        continue;
      }
      unheld++;
      if (!node.settled) {
        remove(node);
        pages.add(node.page);
      } else if (node.isLeaf()) {
        evictionOrder.add(node);
      }
    }
    return pages;
  }

  /** Adds a child held by one table; a held parent, or the root, has no child with these tokens. */
  PageNode add(PageNode parent, int page, int[] tokens, boolean settled) {
    PageNode node = new PageNode(parent, page, tokens, serial++);
    node.settled = settled;
    node.readable = settled;
    node.holders = 1;
    node.lastUse = clock;
    node.attach();
    nodes++;
    return node;
  }

  /** Makes a planned node settled. */
  void settle(PageNode node) {
    node.detach();
    node.settled = true;
    node.readable = true;
    node.attach();
    node.wakeWatchers();
  }

  /** Changes the tokens of a node without children; no sibling has the new ones. */
  void rename(PageNode node, int[] tokens) {
    node.detach();
    node.tokens = tokens;
    node.attach();
  }

  /** Removes the unheld leaf whose turn it is, and returns its page. */
  int evict() {
    PageNode leaf = evictionOrder.next();
    remove(leaf);
    return leaf.page;
  }

  /** Removes an unheld leaf wherever it stands in the order of eviction. */
  void evict(PageNode leaf) {
    evictionOrder.remove(leaf);
    remove(leaf);
  }

  /** Removes a leaf that is held by one table alone. */
  void removeHeld(PageNode leaf) {
    leaf.holders = 0;
    unheld++;
    remove(leaf);
  }

  private void remove(PageNode leaf) {
    leaf.detach();
    nodes--;
    unheld--;
    PageNode parent = leaf.parent;
    if (parent != root && parent.holders == 0 && parent.isLeaf()) {
      evictionOrder.add(parent);
    }
    leaf.wakeWatchers();
  }
}
