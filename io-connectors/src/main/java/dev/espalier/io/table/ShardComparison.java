package dev.espalier.io.table;

import dev.espalier.row.ExternalSorter;
import dev.espalier.row.RowCoders;
import java.io.Closeable;
import java.io.IOException;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Compares the rows of a shard, as they are written, with those that the table before has in its
 * place. Used by one thread: first {@link #add}, then {@link #row} in the order of the shard, then
 * {@link #end}.
 */
final class ShardComparison implements Closeable {
  private final Comparator<String> order;
  private final ExternalSorter<String, String> former;
  private final Consumer<RowChange> changes;
  private Iterator<Map.Entry<String, String>> sorted; // null while rows are added
  private Map.Entry<String, String> next; // null at the end

  /**
   * @param order of the rows of the shard
   * @param memoryBytes for sorting
   */
  ShardComparison(Comparator<String> order, long memoryBytes, Consumer<RowChange> changes) {
    this.order = order;
    this.former = new ExternalSorter<>(order, RowCoders.TEXT, RowCoders.TEXT, memoryBytes);
    this.changes = changes;
  }

  /** Adds a row of the table before, in any order. */
  void add(FormerRow row) throws IOException {
    former.add(row.id(), row.content());
  }

  /**
   * Compares the next row of the shard.
   *
   * @param content see {@link KeptRows.Kept#content}
   */
  void row(String id, String content) {
    begin();
    while (next != null && order.compare(next.getKey(), id) < 0) {
      deleted();
    }
    if (next == null || !next.getKey().equals(id)) {
      changes.accept(new RowChange(id, RowChange.Kind.NEW));
    } else if (!content(id).equals(content)) {
      changes.accept(new RowChange(id, RowChange.Kind.CHANGED));
    }
  }

  /** Tells which rows are gone behind the last one. */
  void end() {
    begin();
    while (next != null) {
      deleted();
    }
  }

  private void begin() {
    if (sorted == null) {
      sorted = former.sorted();
      advance();
    }
  }

  private void advance() {
    next = sorted.hasNext() ? sorted.next() : null;
  }

  private void deleted() {
    String id = next.getKey();
    content(id);
    changes.accept(new RowChange(id, RowChange.Kind.DELETED));
  }

  /** What is known of the row that is next, by one of those who tell of it. */
  private String content(String id) {
    String content = "";
    while (next != null && next.getKey().equals(id)) {
      content = content.isEmpty() ? next.getValue() : content;
      advance();
    }
    return content;
  }

  @Override
  public void close() throws IOException {
    former.close();
  }
}
