package dev.espalier.engine.loop;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Where the time of the loop goes: a batch under way, requests but no batch, or no requests. It
 * starts with the first request. Entered by the loop's thread, read by any.
 */
final class LoopClock {
  /** What the loop is at. */
  enum Phase {
    /** A batch is under way. */
    BUSY,
    /** A batch is under way, and sequences wait for pages. */
    BUSY_SHORT_OF_PAGES,
    /** No batch, though there are requests. */
    HOST,
    /** No requests. */
    IDLE
  }

  /** Nanoseconds in each phase so far. */
  record Times(long busy, long shortOfPages, long host, long idle) {}

  private final LongSupplier nanos;
  private final Map<Phase, Long> spent = new EnumMap<>(Phase.class);
  private Phase phase; // null until the first request
  private long since;

  /**
   * @param nanos the time, as {@link System#nanoTime}
   */
  LoopClock(LongSupplier nanos) {
    this.nanos = nanos;
  }

  synchronized void enter(Phase next) {
    if (next == phase || (phase == null && next == Phase.IDLE)) {
      return;
    }
    long now = nanos.getAsLong();
    if (phase != null) {
      spent.merge(phase, now - since, Long::sum);
    }
    phase = next;
    since = now;
  }

  synchronized Times times() {
    Map<Phase, Long> upToNow = new EnumMap<>(spent);
    if (phase != null) {
      upToNow.merge(phase, nanos.getAsLong() - since, Long::sum);
    }
    long shortOfPages = upToNow.getOrDefault(Phase.BUSY_SHORT_OF_PAGES, 0L);
    return new Times(
        upToNow.getOrDefault(Phase.BUSY, 0L) + shortOfPages,
        shortOfPages,
        upToNow.getOrDefault(Phase.HOST, 0L),
        upToNow.getOrDefault(Phase.IDLE, 0L));
  }
}
