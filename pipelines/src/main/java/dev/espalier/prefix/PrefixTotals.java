package dev.espalier.prefix;

import dev.espalier.engine.TokenSequence;
import java.io.Serializable;

/**
 * What openings hold together.
 *
 * @param rows all of them
 * @param rowsWithoutOpening those with an empty opening
 * @param totalTokens sum of their lengths
 * @param uniqueTokens nodes of their token tree: sum of lengths less the prefix that each shares
 *     with its predecessor in sorted order
 * @param achievableHits most tokens that a cache can save if every row asks with its opening: the
 *     shared prefixes, of which a request always computes its own last token again
 * @param longestTokens of one opening
 */
public record PrefixTotals(
    long rows,
    long rowsWithoutOpening,
    long totalTokens,
    long uniqueTokens,
    long achievableHits,
    int longestTokens)
    implements Serializable {

  public static final PrefixTotals NONE = new PrefixTotals(0, 0, 0, 0, 0, 0);

  /** {@code achievableHits} over {@code totalTokens}; 0 without tokens. */
  public double achievableHitRate() {
    return totalTokens == 0 ? 0 : (double) achievableHits / totalTokens;
  }

  /** The totals after a row whose sorted predecessor is {@code previous}, empty for the first. */
  PrefixTotals plus(TokenSequence previous, TokenSequence opening) {
    int shared = previous.commonPrefixLength(opening);
    return new PrefixTotals(
        rows + 1,
        rowsWithoutOpening + (opening.isEmpty() ? 1 : 0),
        totalTokens + opening.length(),
        uniqueTokens + opening.length() - shared,
        achievableHits + hits(shared, opening),
        Math.max(longestTokens, opening.length()));
  }

  /**
   * The totals of two neighbouring ranges of the sorted openings.
   *
   * @param last of this range
   * @param nextFirst the first opening of the next
   */
  PrefixTotals join(TokenSequence last, TokenSequence nextFirst, PrefixTotals next) {
    int shared = last.commonPrefixLength(nextFirst);
    return new PrefixTotals(
        rows + next.rows,
        rowsWithoutOpening + next.rowsWithoutOpening,
        totalTokens + next.totalTokens,
        uniqueTokens + next.uniqueTokens - shared,
        achievableHits + next.achievableHits + hits(shared, nextFirst),
        Math.max(longestTokens, next.longestTokens));
  }

  private static int hits(int shared, TokenSequence opening) {
    return Math.max(0, Math.min(shared, opening.length() - 1));
  }
}
