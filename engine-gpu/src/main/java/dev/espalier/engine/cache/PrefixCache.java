package dev.espalier.engine.cache;

import dev.espalier.engine.TokenSequence;
import dev.espalier.engine.forward.ForwardBatch.PageCopy;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The pages of keys and values of one device: who has them, and which sequences begin with them.
 *
 * <p>Every page is in one of four places:
 *
 * <table>
 *   <caption>Who holds a page</caption>
 *   <tr><th>place</th><th>holds it</th><th>leaves it</th></tr>
 *   <tr><td>free</td><td>nobody</td><td>{@link #open}, {@link #reserve}</td></tr>
 *   <tr><td>private to a table</td><td>that table</td><td>into the tree when its tokens are
 *       settled, else free with {@link #release}</td></tr>
 *   <tr><td>tree, held</td><td>every table whose path goes through its node</td><td>with the last
 *       {@link #release} it is cached; if it was never settled, free</td></tr>
 *   <tr><td>tree, cached</td><td>nobody</td><td>held by {@link #open}; free by eviction, least
 *       recently used leaf first, expected ones last</td></tr>
 * </table>
 *
 * <p>Pages are shared whole and by reference. A match that ends inside a page is shared by copying
 * the beginning of that page. Steps are ordered: what one step wrote, every later step may copy, so
 * the source of a copy need not be kept once the copy is in a batch; and a page that became free
 * while a step under way names it is not written before that step read it.
 *
 * <p>Not thread-safe.
 */
public final class PrefixCache {
  private final int pageSize;
  private final PagePool pool;
  private final EvictionOrder evictionOrder = new EvictionOrder();
  private final RadixTree tree;
  private final Set<PageTable> tables = new LinkedHashSet<>();

  public PrefixCache(int pages, int pageSize) {
    this.pageSize = pageSize;
    this.pool = new PagePool(pages);
    this.tree = new RadixTree(pageSize, evictionOrder);
  }

  public int totalPages() {
    return pool.total();
  }

  /** Pages that are free or can be made so. */
  public int availablePages() {
    return pool.free() + tree.unheld();
  }

  /** Pages that {@code tokens} tokens fill, the last one perhaps in part. */
  public int pagesFor(int tokens) {
    return (tokens + pageSize - 1) / pageSize;
  }

  /**
   * What the cache holds of the first {@code limit} of {@code tokens}; changes nothing.
   *
   * @param tokens a sequence, of which at least {@code limit} are known
   */
  public PrefixMatch match(int[] tokens, int limit) {
    return tree.match(tokens, limit);
  }

  /**
   * Takes what was matched and reserves pages for {@code length} tokens, which others see from now
   * on as planned.
   *
   * @param match of the same tokens, made since the cache last changed, and not blocked
   * @param spare pages that must be left available
   * @param copies receives what the next step has to copy first
   * @return the table, or null if there are not enough pages, and then nothing has changed
   */
  public PageTable open(
      PrefixMatch match, int[] tokens, int length, int spare, List<PageCopy> copies) {
    int size = pagesFor(length);
    int needed = size - match.path.size();
    int reclaimed = (int) match.path.stream().filter(node -> node.holders == 0).count();
    if (needed + spare > availablePages() - reclaimed) {
      return null;
    }
    tree.hold(match.path);
    PageTable table = new PageTable(match.path, size);
    for (int i = match.path.size(); i < size; i++) {
      table.pages[i] = take();
    }
    table.written = match.tokens();
    if (match.copied > 0) {
      int target = table.pages[match.path.size()];
      if (target != match.source.page) {
        copies.add(new PageCopy(match.source.page, target, match.copied));
      }
    }
    plan(table, tokens, length);
    tables.add(table);
    return table;
  }

  private void plan(PageTable table, int[] tokens, int length) {
    for (int i = table.path.size(); i < table.size; i++) {
      int[] key = Arrays.copyOfRange(tokens, i * pageSize, Math.min(length, (i + 1) * pageSize));
      PageNode parent = end(table);
      if (parent.child(key) != null) {
        return; // Computed once more on purpose; the pages stay private until they can be swapped.
      }
      table.path.add(tree.add(parent, table.pages[i], key, false));
    }
  }

  /**
   * Reserves pages for {@code length} tokens.
   *
   * @return whether there were enough; if not, the table has as many as before
   */
  public boolean reserve(PageTable table, int length) {
    int needed = pagesFor(length) - table.size;
    if (needed > availablePages()) {
      return false;
    }
    for (int i = 0; i < needed; i++) {
      table.add(take());
    }
    return true;
  }

  /**
   * Says that the first {@code length} tokens of the table's sequence are computed by the step that
   * is being put together or were so before: that step and later ones may read them.
   */
  public void write(PageTable table, int length) {
    for (int i = table.written / pageSize; i < table.path.size(); i++) {
      PageNode node = table.path.get(i);
      if (i * pageSize + node.tokens.length > length) {
        break;
      }
      node.readable = true;
    }
    table.written = length;
  }

  /**
   * Says that the first {@code length} tokens of the table's sequence were computed by steps that
   * succeeded: they may be copied, and are cached when the table is released. The tables of a step
   * are settled in the order in which it was put together, before any of them is released.
   *
   * @param tokens of the sequence
   * @param length at most what was {@linkplain #write written}
   */
  public void settle(PageTable table, int[] tokens, int length) {
    settle(table, tokens, length, false);
  }

  /**
   * @param ending whether the table is being released
   */
  private void settle(PageTable table, int[] tokens, int length, boolean ending) {
    while ((table.settled + 1) * pageSize <= length && settleNextPage(table, tokens, ending)) {
      table.settled++;
    }
    // The last page of a prompt is shared before it is full.
    if (table.settled < table.path.size()) {
      PageNode node = table.path.get(table.settled);
      if (!node.settled && table.settled * pageSize + node.tokens.length <= length) {
        tree.settle(node);
      }
    }
  }

  /**
   * Settles a page that is full; false if another table is about to fill its twin.
   *
   * @param ending whether the table is being released: then what it computed comes before a plan
   */
  private boolean settleNextPage(PageTable table, int[] tokens, boolean ending) {
    int index = table.settled;
    int[] key = Arrays.copyOfRange(tokens, index * pageSize, (index + 1) * pageSize);
    PageNode own = index < table.path.size() ? table.path.get(index) : null;
    if (own != null && own.tokens.length == pageSize) {
      tree.settle(own);
      return true;
    }
    PageNode parent = own == null ? end(table) : own.parent;
    PageNode twin = parent.child(key);
    if (twin != null && !twin.settled) {
      if (!ending || twin.readable) {
        return false;
      }
      withdrawPlan(twin, index);
      twin = null;
    }
    if (twin != null) {
      // Equal tokens, equal bits: one of the two pages is enough.
      if (own != null) {
        tree.removeHeld(own);
        table.path.remove(index);
      }
      pool.giveBack(table.pages[index]);
      table.replace(index, twin.page);
      tree.hold(List.of(twin));
      table.path.add(twin);
    } else if (own != null) {
      tree.rename(own, key);
      if (!own.settled) {
        tree.settle(own);
      }
    } else {
      table.path.add(tree.add(parent, table.pages[index], key, true));
    }
    dropPrefixOf(parent, key);
    return true;
  }

  /**
   * Makes the pages private that the only holder of {@code planned} plans from there on, so that
   * another table's page takes the place. The holder swaps its own for that when it is full.
   */
  private void withdrawPlan(PageNode planned, int index) {
    for (PageTable table : tables) {
      if (index < table.path.size() && table.path.get(index) == planned) {
        while (table.path.size() > index) {
          tree.removeHeld(table.path.remove(table.path.size() - 1));
        }
        return;
      }
    }
  }

  /** A shorter leaf that nobody holds has nothing that its longer sibling has not. */
  private void dropPrefixOf(PageNode parent, int[] key) {
    var shorter = parent.children(true).lowerEntry(key);
    if (shorter != null
        && shorter.getValue().holders == 0
        && PageNode.commonPrefix(shorter.getKey(), key) == shorter.getKey().length) {
      tree.evict(shorter.getValue());
      pool.giveBack(shorter.getValue().page);
    }
  }

  /**
   * Ends a table that no step under way names; what it computed stays in the cache.
   *
   * @param tokens the sequence, of which the first {@code length} were computed by steps that
   *     succeeded
   */
  public void release(PageTable table, int[] tokens, int length) {
    settle(table, tokens, length, true);
    int index = length / pageSize;
    if (table.settled == index && length > index * pageSize) {
      keepTail(table, Arrays.copyOfRange(tokens, index * pageSize, length));
    }
    discard(table);
  }

  /** Puts the last page, which is not full, into the tree. */
  private void keepTail(PageTable table, int[] key) {
    int index = table.settled;
    PageNode own = index < table.path.size() ? table.path.get(index) : null;
    if (own != null && own.settled && own.tokens.length >= key.length) {
      return;
    }
    PageNode parent = own == null ? end(table) : own.parent;
    if (own != null && !own.settled && own.tokens.length > key.length) {
      // Planned further than computed; its children, planned too, go first.
      cutPlanned(table, index + 1);
    }
    PageNode twin = parent.children(false).get(key);
    if (twin != null && twin != own && !twin.readable) {
      withdrawPlan(twin, index);
    }
    if (isCovered(parent, key)) {
      if (own != null && own.settled) {
        tree.removeHeld(own);
        table.path.remove(index);
      }
      return;
    }
    if (own == null) {
      table.path.add(tree.add(parent, table.pages[index], key, true));
    } else {
      tree.rename(own, key);
      if (!own.settled) {
        tree.settle(own);
      }
    }
    dropPrefixOf(parent, key);
  }

  /** Whether a child of {@code parent} begins with {@code key}. */
  private static boolean isCovered(PageNode parent, int[] key) {
    if (parent.child(key) != null) {
      return true;
    }
    var longer = parent.children(true).higherEntry(key);
    return longer != null && PageNode.commonPrefix(longer.getKey(), key) == key.length;
  }

  private void cutPlanned(PageTable table, int from) {
    List<PageNode> cut = table.path.subList(from, table.path.size());
    freePrivate(table);
    tree.letGo(cut).forEach(pool::giveBack);
    cut.clear();
    table.size = from;
  }

  /** Ends a table; what was not {@linkplain #settle settled} is forgotten. */
  public void discard(PageTable table) {
    tables.remove(table);
    freePrivate(table);
    tree.letGo(table.path).forEach(pool::giveBack);
  }

  private void freePrivate(PageTable table) {
    for (int i = table.path.size(); i < table.size; i++) {
      pool.giveBack(table.pages[i]);
    }
    table.size = table.path.size();
  }

  /** Says that a request beginning with {@code tokens} is still to come. */
  public ExpectedOpening expect(TokenSequence tokens) {
    return evictionOrder.announce(tokens);
  }

  /** Takes back one {@link #expect}. */
  public void withdraw(ExpectedOpening opening) {
    evictionOrder.withdraw(opening);
  }

  /**
   * Checks that every page is in exactly one place and that reference counts equal the holders.
   *
   * @throws IllegalStateException naming what does not add up
   */
  public void checkIntegrity() {
    new IntegrityCheck(pageSize, pool, tree, evictionOrder, tables).run();
  }

  private PageNode end(PageTable table) {
    return table.path.isEmpty() ? tree.root() : table.path.get(table.path.size() - 1);
  }

  private int take() {
    if (pool.free() == 0) {
      pool.giveBack(tree.evict());
    }
    return pool.take();
  }
}
