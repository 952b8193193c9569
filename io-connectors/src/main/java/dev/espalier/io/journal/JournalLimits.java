package dev.espalier.io.journal;

import java.time.Duration;

/**
 * When a writer syncs and when it goes on in a new segment. Looked at with each record: nothing
 * happens while none is written.
 *
 * @param syncBytes sync after this many bytes
 * @param syncTime sync when the last one is this long ago
 * @param segmentBytes close a segment of this many bytes
 * @param hiddenBytes where open files cannot be read (object stores), close after this many bytes
 * @param hiddenTime where open files cannot be read, close when a segment is this old
 */
record JournalLimits(
    long syncBytes, Duration syncTime, long segmentBytes, long hiddenBytes, Duration hiddenTime) {
  static final JournalLimits DEFAULTS =
      new JournalLimits(
          4L << 20, Duration.ofSeconds(1), 256L << 20, 8L << 20, Duration.ofSeconds(30));
}
