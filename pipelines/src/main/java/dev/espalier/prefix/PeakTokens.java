package dev.espalier.prefix;

/**
 * The most different tokens among any {@code window} neighbours of sorted openings: the length of
 * the first plus what each later one adds to its predecessor.
 */
final class PeakTokens {
  private final int[] lengths;
  private final int[] added;
  private long rows;
  private long addedInWindow;
  private long peak;

  PeakTokens(int window) {
    this.lengths = new int[window];
    this.added = new int[window];
  }

  /**
   * Adds the next opening in sorted order.
   *
   * @param shared tokens in common with its predecessor
   */
  void add(int length, int shared) {
    int window = lengths.length;
    int slot = (int) (rows % window);
    if (rows >= window) {
      addedInWindow -= added[slot];
    }
    lengths[slot] = length;
    added[slot] = length - shared;
    addedInWindow += added[slot];
    rows++;
    int first = rows < window ? 0 : (int) (rows % window);
    peak = Math.max(peak, addedInWindow - added[first] + lengths[first]);
  }

  long peak() {
    return peak;
  }
}
