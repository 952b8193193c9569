package dev.espalier.prefix;

import dev.espalier.engine.TokenSequence;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Counts the groups of sorted openings: the radix tree is cut to one level of shared prefixes that
 * saves most tokens, after the dynamic programme of BatchLLM (arXiv:2412.03594). A node of depth d
 * with n rows below saves (n - 1) d tokens as one group; it is one group if its children save no
 * more. Works in one pass over sorted openings with a stack as deep as their tree.
 */
final class PrefixGroups {
  /** A node on the path to the latest opening; children that ended before are in the sums. */
  private static final class Node {
    final int depth;
    long rows;
    long childrenSaved;
    long childrenGroups;

    Node(int depth) {
      this.depth = depth;
    }

    void endRow() {
      rows++;
      childrenGroups++;
    }

    void endChild(Node child) {
      rows += child.rows;
      childrenSaved += child.saved();
      childrenGroups += child.groups();
    }

    private boolean isGroup() {
      return depth > 0 && (rows - 1) * depth >= childrenSaved;
    }

    long saved() {
      return isGroup() ? (rows - 1) * depth : childrenSaved;
    }

    long groups() {
      return isGroup() ? 1 : childrenGroups;
    }
  }

  private final Deque<Node> path = new ArrayDeque<>();
  private TokenSequence previous = TokenSequence.empty();

  PrefixGroups() {
    path.push(new Node(0));
  }

  /** Adds the next opening in sorted order; an empty one belongs to no group. */
  void add(TokenSequence opening) {
    if (opening.isEmpty()) {
      return;
    }
    endNodesBelow(previous.commonPrefixLength(opening));
    if (path.element().depth < opening.length()) {
      path.push(new Node(opening.length()));
    }
    path.element().endRow();
    previous = opening;
  }

  /** The number of groups; ends the counter. */
  long finish() {
    endNodesBelow(0);
    return path.element().groups();
  }

  private void endNodesBelow(int depth) {
    while (path.element().depth > depth) {
      Node ended = path.pop();
      if (path.element().depth < depth) {
        path.push(new Node(depth));
      }
      path.element().endChild(ended);
    }
  }
}
