package dev.espalier.engine.cache;

import java.util.Arrays;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Map;

/** Counts pages and holders afresh and compares them with what the cache keeps as it goes. */
final class IntegrityCheck {
  private final int pageSize;
  private final PagePool pool;
  private final RadixTree tree;
  private final EvictionOrder evictionOrder;
  private final Collection<PageTable> tables;

  private final String[] places;
  private final IdentityHashMap<PageNode, Integer> holders = new IdentityHashMap<>();
  private int nodes;
  private int unheld;
  private int unheldLeaves;

  IntegrityCheck(
      int pageSize,
      PagePool pool,
      RadixTree tree,
      EvictionOrder evictionOrder,
      Collection<PageTable> tables) {
    this.pageSize = pageSize;
    this.pool = pool;
    this.tree = tree;
    this.evictionOrder = evictionOrder;
    this.tables = tables;
    this.places = new String[pool.total()];
  }

  void run() {
    for (int i = 0; i < pool.free(); i++) {
      place(pool.peek(i), "free");
    }
    tables.forEach(this::checkTable);
    checkChildren(tree.root());
    require(nodes == tree.nodes(), "%d nodes counted as %d", nodes, tree.nodes());
    require(unheld == tree.unheld(), "%d unheld nodes counted as %d", unheld, tree.unheld());
    require(
        unheldLeaves == evictionOrder.size(),
        "%d unheld leaves, %d in the order of eviction",
        unheldLeaves,
        evictionOrder.size());
    for (int page = 0; page < places.length; page++) {
      require(places[page] != null, "page %d is lost", page);
    }
  }

  private void checkTable(PageTable table) {
    require(table.path.size() <= table.size, "a table has fewer pages than nodes");
    require(table.settled <= table.path.size(), "a table has fewer nodes than settled ones");
    PageNode parent = tree.root();
    for (int i = 0; i < table.path.size(); i++) {
      PageNode node = table.path.get(i);
      require(node.parent == parent, "page %d of a table is not a child of the one before", i);
      require(node.page == table.pages[i], "page %d of a table is not that of its node", i);
      holders.merge(node, 1, Integer::sum);
      parent = node;
    }
    for (int i = table.path.size(); i < table.size; i++) {
      place(table.pages[i], "private");
    }
  }

  private void checkChildren(PageNode parent) {
    for (boolean settled : new boolean[] {true, false}) {
      for (Map.Entry<int[], PageNode> entry : parent.children(settled).entrySet()) {
        PageNode node = entry.getValue();
        require(Arrays.equals(entry.getKey(), node.tokens), "a node is filed under other tokens");
        require(node.settled == settled, "a node is filed as settled: %s", settled);
        require(parent.settled || !settled, "a settled node is below one that is not");
        require(node.parent == parent, "a node is filed under another parent");
        checkNode(node);
        checkChildren(node);
      }
    }
  }

  private void checkNode(PageNode node) {
    nodes++;
    place(node.page, "tree");
    require(
        node.tokens.length == pageSize || (node.tokens.length > 0 && node.isLeaf()),
        "a node of %d tokens has children",
        node.tokens.length);
    int expected = holders.getOrDefault(node, 0);
    require(
        node.holders == expected,
        "page %d is held by %d tables and counts %d",
        node.page,
        expected,
        node.holders);
    require(node.settled || node.holders > 0, "planned page %d is held by nobody", node.page);
    if (node.holders == 0) {
      unheld++;
      unheldLeaves += node.isLeaf() ? 1 : 0;
    }
    require(
        evictionOrder.contains(node) == (node.holders == 0 && node.isLeaf()),
        "page %d is in the order of eviction: %s",
        node.page,
        evictionOrder.contains(node));
  }

  private void place(int page, String place) {
    require(page >= 0 && page < places.length, "page %d does not exist", page);
    require(places[page] == null, "page %d is %s and %s", page, places[page], place);
    places[page] = place;
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency for one method
  private static void require(boolean holds, String message, Object... arguments) {
    if (!holds) {
      throw new IllegalStateException("Page cache: " + String.format(message, arguments));
    }
  }
}
