package dev.espalier.prefix;

import dev.espalier.engine.TokenSequence;

/** Counts what sorted openings share, in one pass. Not thread-safe. */
public final class PrefixWalk {
  private final PrefixGroups groups = new PrefixGroups();
  private final PeakTokens peak;
  private TokenSequence first = TokenSequence.empty();
  private TokenSequence previous = TokenSequence.empty();
  private PrefixTotals totals = PrefixTotals.NONE;

  /**
   * @param inFlight rows that run at once, for the peak
   */
  public PrefixWalk(int inFlight) {
    this.peak = new PeakTokens(inFlight);
  }

  /**
   * Adds the next opening.
   *
   * @throws IllegalArgumentException if it comes before its predecessor
   */
  public void add(TokenSequence opening) {
    if (previous.compareTo(opening) > 0) {
      throw new IllegalArgumentException(
          "opening " + totals.rows() + " comes before its predecessor in prefix order");
    }
    if (totals.rows() == 0) {
      first = opening;
    }
    peak.add(opening.length(), previous.commonPrefixLength(opening));
    groups.add(opening);
    totals = totals.plus(previous, opening);
    previous = opening;
  }

  public PrefixTotals totals() {
    return totals;
  }

  /** Statistics of all openings added; ends the walk. */
  public PrefixStatistics finish() {
    return new PrefixStatistics(totals, groups.finish(), peak.peak(), true);
  }

  /** The part of the dataset that was walked, to be joined with its neighbours. */
  public WalkedRange range(int index) {
    return new WalkedRange(index, first, previous, totals);
  }
}
