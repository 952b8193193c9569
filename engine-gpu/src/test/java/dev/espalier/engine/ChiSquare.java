package dev.espalier.engine;

import java.util.List;
import java.util.Map;

/** Pearson's test of counts against probabilities; rare outcomes count together. */
final class ChiSquare {
  // Quantile of the normal distribution at 1 - 1e-5.
  private static final double Z = 4.265;
  private static final double LEAST_EXPECTED = 5;

  private ChiSquare() {}

  /**
   * How far the statistic is above what one in 100,000 tests exceeds; at most 0 if all is well.
   *
   * @param counts of outcomes that have a probability
   */
  static <T> double excess(Map<T, Double> probabilities, Map<T, Integer> counts) {
    int draws = counts.values().stream().mapToInt(Integer::intValue).sum();
    double statistic = 0;
    int cells = 0;
    double rareExpected = 0;
    int rareCount = 0;
    for (Map.Entry<T, Double> outcome : probabilities.entrySet()) {
      double expected = draws * outcome.getValue();
      int count = counts.getOrDefault(outcome.getKey(), 0);
      if (expected < LEAST_EXPECTED) {
        rareExpected += expected;
        rareCount += count;
      } else {
        statistic += (count - expected) * (count - expected) / expected;
        cells++;
      }
    }
    if (rareExpected > 0) {
      // Few rare outcomes: the square over a small expectation is no chi-square, so it is bounded
      // as a Poisson count is.
      double allowed = rareExpected + Z * Math.sqrt(rareExpected) + Z * Z / 2;
      if (rareCount > allowed) {
        return rareCount - allowed;
      }
      if (rareExpected >= LEAST_EXPECTED) {
        statistic += (rareCount - rareExpected) * (rareCount - rareExpected) / rareExpected;
        cells++;
      }
    }
    // A single cell holds what the rare ones do not, which was looked at already.
    return cells < 2 ? 0 : statistic - quantile(cells - 1);
  }

  /** Wilson and Hilferty's approximation. */
  private static double quantile(int degrees) {
    double spread = 2 / (9.0 * degrees);
    return degrees * Math.pow(1 - spread + Z * Math.sqrt(spread), 3);
  }

  /** Joint probabilities of two independent draws. */
  static <T> Map<List<T>, Double> pairs(Map<T, Double> probabilities) {
    Map<List<T>, Double> pairs = new java.util.LinkedHashMap<>();
    probabilities.forEach(
        (a, p) -> probabilities.forEach((b, q) -> pairs.put(List.of(a, b), p * q)));
    return pairs;
  }
}
