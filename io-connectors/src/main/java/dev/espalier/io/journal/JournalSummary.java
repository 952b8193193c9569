package dev.espalier.io.journal;

/**
 * What a journal holds.
 *
 * @param records whole records, a key counted as often as it was written
 * @param tornBytes at the ends of segments, of records whose writing was cut off
 * @param damagedSegments segments with a record that is not what was written
 * @param skippedBytes of these, from the damaged record to the segment's end
 */
public record JournalSummary(
    long segments, long records, long tornBytes, long damagedSegments, long skippedBytes) {
  static final JournalSummary EMPTY = new JournalSummary(0, 0, 0, 0, 0);

  JournalSummary plus(JournalSummary other) {
    return new JournalSummary(
        segments + other.segments,
        records + other.records,
        tornBytes + other.tornBytes,
        damagedSegments + other.damagedSegments,
        skippedBytes + other.skippedBytes);
  }
}
