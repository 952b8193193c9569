package dev.espalier.prefix;

import dev.espalier.engine.TokenSequence;
import java.util.ArrayList;
import java.util.List;

/**
 * Plans a dataset from the summary of its openings. The work of a range is what its openings add to
 * one another plus an allowance for each row's output; borders lie near equal shares of the work,
 * where neighbours share least.
 */
public final class PrefixPlanner {
  /**
   * A border is looked for within this part of a range's work on either side of its ideal place.
   * Below one half, so that the windows of two borders do not overlap.
   */
  static final double WINDOW = 0.25;

  /** Beyond this part of the achievable hits, fewer ranges are made than preferred. */
  private static final double AFFORDABLE_LOSS = 0.005;

  private PrefixPlanner() {}

  public static PrefixPlan plan(OpeningSummary summary, PlanOptions options) {
    List<Opening> openings = summary.sortedSample();
    PrefixStatistics statistics = statistics(summary, openings, options);
    int minimum = options.minimumRanges();
    long needed = Math.max(minimum, (summary.totalTokens() - 1) / options.rangeTokens() + 1);
    int floor = atMostRows((needed - 1) / minimum * minimum + minimum, openings);
    int ranges = Math.max(floor, atMostRows(options.preferredRanges(), openings));
    if (options.grouping() == Grouping.NONE) {
      return new PrefixPlan(Grouping.NONE, ranges, List.of(), 0, statistics);
    }
    long[] workBefore = workBefore(openings, options.outputTokens());
    double affordable = AFFORDABLE_LOSS * statistics.totals().achievableHits();
    while (true) {
      List<Integer> borders = borders(openings, workBefore, ranges);
      long shared = borders.stream().mapToLong(border -> sharedAt(openings, border)).sum();
      if (shared <= affordable || ranges <= floor) {
        return new PrefixPlan(
            Grouping.PREFIX, borders.size() + 1, cuts(openings, borders), shared, statistics);
      }
      int half = ranges / 2;
      ranges = Math.max(floor, half - half % minimum);
    }
  }

  private static PrefixStatistics statistics(
      OpeningSummary summary, List<Opening> sorted, PlanOptions options) {
    PrefixWalk walk = new PrefixWalk(options.inFlight());
    sorted.forEach(opening -> walk.add(opening.tokens()));
    PrefixStatistics walked = walk.finish();
    return summary.isComplete()
        ? walked
        : new PrefixStatistics(
            summary.estimatedTotals(), walked.groups(), walked.peakTokens(), false);
  }

  private static int atMostRows(long ranges, List<Opening> openings) {
    return (int) Math.max(1, Math.min(ranges, openings.size()));
  }

  /** Element i is the work of the rows before row i; the last element is the work of all. */
  private static long[] workBefore(List<Opening> openings, int outputTokens) {
    long[] workBefore = new long[openings.size() + 1];
    for (int i = 0; i < openings.size(); i++) {
      TokenSequence tokens = openings.get(i).tokens();
      workBefore[i + 1] = workBefore[i] + tokens.length() - sharedAt(openings, i) + outputTokens;
    }
    return workBefore;
  }

  /** The first row of each range but the first, strictly ascending. */
  private static List<Integer> borders(List<Opening> openings, long[] workBefore, int ranges) {
    double share = (double) workBefore[openings.size()] / ranges;
    List<Integer> borders = new ArrayList<>();
    int next = 1;
    for (int range = 1; range < ranges && next < openings.size(); range++) {
      double ideal = range * share;
      int row = next;
      while (row < openings.size() && workBefore[row] < ideal - WINDOW * share) {
        row++;
      }
      int best = row;
      if (row == openings.size() || workBefore[row] > ideal + WINDOW * share) {
        boolean earlierIsNearer = workBefore[row] - ideal > ideal - workBefore[row - 1];
        best = row > next && earlierIsNearer ? row - 1 : row;
      }
      for (; row < openings.size() && workBefore[row] <= ideal + WINDOW * share; row++) {
        if (isBetter(row, best, ideal, openings, workBefore)) {
          best = row;
        }
      }
      if (best < openings.size()) {
        borders.add(best);
        next = best + 1;
      }
    }
    return borders;
  }

  private static boolean isBetter(
      int row, int best, double ideal, List<Opening> openings, long[] workBefore) {
    int shared = sharedAt(openings, row);
    int sharedAtBest = sharedAt(openings, best);
    return shared < sharedAtBest
        || (shared == sharedAtBest
            && Math.abs(workBefore[row] - ideal) < Math.abs(workBefore[best] - ideal));
  }

  private static List<Opening> cuts(List<Opening> openings, List<Integer> borders) {
    List<Opening> cuts = new ArrayList<>();
    for (int border : borders) {
      cuts.add(openings.get(border - 1).separator(openings.get(border)));
    }
    return cuts;
  }

  /** Tokens that row {@code index} shares with its predecessor. */
  private static int sharedAt(List<Opening> openings, int index) {
    return index == 0
        ? 0
        : openings.get(index - 1).tokens().commonPrefixLength(openings.get(index).tokens());
  }
}
