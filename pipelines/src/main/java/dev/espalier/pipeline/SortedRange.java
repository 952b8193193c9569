package dev.espalier.pipeline;

import dev.espalier.engine.TokenSequence;
import dev.espalier.prefix.Grouping;
import dev.espalier.prefix.Opening;
import dev.espalier.prefix.PrefixWalk;
import dev.espalier.prefix.WalkedRange;
import dev.espalier.row.ExternalSorter;
import java.io.IOException;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * Sorts the rows of a range, and counts the tree of their openings as they pass. Holds a permit
 * while its rows are in memory. For one thread.
 */
final class SortedRange implements RangeFeed.Range {
  private final int index;
  private final Grouping grouping;
  private final Semaphore permits;
  private final Consumer<WalkedRange> walked;
  private final PrefixWalk walk;
  private final ExternalSorter<Opening, WrittenRow> sorter;
  private Iterator<Map.Entry<Opening, WrittenRow>> sorted; // null before the first is asked for
  private boolean closed;

  /**
   * @param permits of which the caller has taken one, given back when this is closed
   * @param walked gets what was counted when every row has begun, if rows are grouped by prefix
   */
  SortedRange(int index, RunOptions options, Semaphore permits, Consumer<WalkedRange> walked) {
    this.index = index;
    this.grouping = options.plan().grouping();
    this.permits = permits;
    this.walked = walked;
    this.walk = new PrefixWalk(options.inFlight());
    this.sorter =
        new ExternalSorter<>(grouping.order(), Coders.OPENING, Coders.WRITTEN, options.sortBytes());
  }

  void add(TracedRow traced) throws IOException {
    sorter.add(traced.opening(), new WrittenRow(traced.row(), traced.text(), traced.known()));
  }

  /** Sorts what was added. */
  void sort() throws IOException {
    sorted = sorter.sorted();
  }

  @Override
  public Iterator<TracedRow> rows() {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return sorted.hasNext();
      }

      @Override
      public TracedRow next() {
        Map.Entry<Opening, WrittenRow> next = sorted.next();
        TokenSequence tokens = next.getKey().tokens();
        if (grouping == Grouping.PREFIX) {
          walk.add(tokens);
        }
        WrittenRow written = next.getValue();
        return new TracedRow(written.row(), tokens, written.text(), written.known());
      }
    };
  }

  @Override
  public void begun() {
    if (grouping == Grouping.PREFIX) {
      walked.accept(walk.range(index));
    }
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      permits.release();
      sorter.close();
    }
  }
}
