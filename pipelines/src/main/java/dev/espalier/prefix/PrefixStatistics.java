package dev.espalier.prefix;

import java.io.Serializable;
import java.util.Objects;

/**
 * What a plan says of a dataset before it runs.
 *
 * @param totals rows, tokens and hits
 * @param groups sets of rows that a single level of shared prefixes serves best, see {@link
 *     PrefixGroups}
 * @param peakTokens most different opening tokens that rows in flight together hold, in depth-first
 *     order; what programs write after their openings comes on top
 * @param exact whether all of this was counted. Otherwise rows, total and longest are counted;
 *     unique tokens and hits are estimated within about one percent of the tokens; groups and peak
 *     come from a sample, which shares less than the whole: the peak errs upwards
 */
public record PrefixStatistics(PrefixTotals totals, long groups, long peakTokens, boolean exact)
    implements Serializable {
  public PrefixStatistics {
    Objects.requireNonNull(totals, "totals");
  }
}
