package dev.espalier.prefix;

import dev.espalier.engine.TokenSequence;
import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * What a range of the sorted openings holds, counted exactly, with the openings at its ends.
 *
 * @param index of the range in prefix order
 */
public record WalkedRange(int index, TokenSequence first, TokenSequence last, PrefixTotals totals)
    implements Serializable {
  public WalkedRange {
    Objects.requireNonNull(first, "first");
    Objects.requireNonNull(last, "last");
    Objects.requireNonNull(totals, "totals");
  }

  /** The exact totals of a whole dataset, as if it had been walked in one pass. */
  public static PrefixTotals join(List<WalkedRange> ranges) {
    List<WalkedRange> sorted =
        ranges.stream()
            .filter(range -> range.totals.rows() > 0)
            .sorted(Comparator.comparingInt(WalkedRange::index))
            .toList();
    PrefixTotals totals = PrefixTotals.NONE;
    TokenSequence last = TokenSequence.empty();
    for (WalkedRange range : sorted) {
      totals = totals.join(last, range.first, range.totals);
      last = range.last;
    }
    return totals;
  }
}
