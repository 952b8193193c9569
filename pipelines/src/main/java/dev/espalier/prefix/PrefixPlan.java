package dev.espalier.prefix;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/**
 * Which range of the sorted openings each row belongs to.
 *
 * @param ranges number of ranges, at least 1
 * @param cuts with {@link Grouping#PREFIX} the first key of each range but the first, ascending;
 *     else empty
 * @param cutTokens prefix tokens shared across cuts: what is computed twice if neighbouring ranges
 *     run on different engines
 */
public record PrefixPlan(
    Grouping grouping, int ranges, List<Opening> cuts, long cutTokens, PrefixStatistics statistics)
    implements Serializable {
  public PrefixPlan {
    Objects.requireNonNull(grouping, "grouping");
    cuts = List.copyOf(cuts);
    Objects.requireNonNull(statistics, "statistics");
    if (ranges < 1 || (grouping == Grouping.PREFIX && ranges != cuts.size() + 1)) {
      throw new IllegalArgumentException(ranges + " ranges do not fit " + cuts.size() + " cuts");
    }
    for (int i = 1; i < cuts.size(); i++) {
      if (cuts.get(i - 1).compareTo(cuts.get(i)) >= 0) {
        throw new IllegalArgumentException("cut " + i + " does not come after its predecessor");
      }
    }
  }

  /** The range of a row, in {@code [0, ranges)}. */
  public int rangeOf(Opening opening) {
    if (grouping == Grouping.NONE) {
      return (int) Long.remainderUnsigned(StableHash.of(opening.rowId()), ranges);
    }
    int low = 0;
    int high = cuts.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (cuts.get(middle).compareTo(opening) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
