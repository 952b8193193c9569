package dev.espalier.eval.compare;

import java.util.List;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * The mean of a value's differences between two models on the same documents, and Student's t on
 * it.
 *
 * <p>With clusters the standard error is {@code sqrt(C/(C-1) · Σ_c (Σ_i dev_i)²) / n}, with {@code
 * C - 1} degrees of freedom; where each document is a cluster that is the paired t test.
 *
 * @param documents n
 * @param clusters C
 * @param first the first model's mean
 * @param second the second model's mean
 * @param difference second less first
 * @param standardError of the difference; NaN if there are fewer than two clusters
 * @param degreesOfFreedom of Student's t; NaN likewise, and infinite where nothing varies
 */
public record PairedDifference(
    int documents,
    int clusters,
    double first,
    double second,
    double difference,
    double standardError,
    double degreesOfFreedom) {

  /** Of solving for quantiles, far below what is printed. */
  private static final double QUANTILE_ACCURACY = 1e-14;

  /**
   * @param first the first model's values, one a document, finite
   * @param second the second's
   * @throws IllegalArgumentException if the three differ in length, or there is no document
   */
  public static PairedDifference of(double[] first, double[] second, Clusters clusters) {
    int n = first.length;
    if (second.length != n || clusters.documents() != n || n == 0) {
      throw new IllegalArgumentException(
          n + ", " + second.length + " and " + clusters.documents() + " documents");
    }
    double difference = 0;
    for (int i = 0; i < n; i++) {
      difference += second[i] - first[i];
    }
    difference /= n;
    int c = clusters.count();
    double[] deviations = new double[c];
    for (int i = 0; i < n; i++) {
      deviations[clusters.clusterOf(i)] += second[i] - first[i] - difference;
    }
    double squares = 0;
    for (double deviation : deviations) {
      squares += deviation * deviation;
    }
    double error = c < 2 ? Double.NaN : Math.sqrt(squares * c / (c - 1)) / n;
    return new PairedDifference(
        n, c, mean(first), mean(second), difference, error, c < 2 ? Double.NaN : c - 1);
  }

  /**
   * The weighted sum of differences on tasks that stand for themselves: with {@code SE² = Σ w²·SE²}
   * and the degrees of freedom of Welch and Satterthwaite.
   *
   * @param weights one a part; they add up to one
   */
  public static PairedDifference ofStrata(List<PairedDifference> parts, double[] weights) {
    int documents = 0;
    int clusters = 0;
    double first = 0;
    double second = 0;
    double difference = 0;
    double variance = 0;
    double perFreedom = 0;
    for (int t = 0; t < weights.length; t++) {
      PairedDifference part = parts.get(t);
      documents += part.documents;
      clusters += part.clusters;
      first += weights[t] * part.first;
      second += weights[t] * part.second;
      difference += weights[t] * part.difference;
      double share = weights[t] * weights[t] * part.standardError * part.standardError;
      variance += share;
      perFreedom += share == 0 ? 0 : share * share / part.degreesOfFreedom;
    }
    double freedom = variance * variance / perFreedom;
    return new PairedDifference(
        documents,
        clusters,
        first,
        second,
        difference,
        Math.sqrt(variance),
        variance == 0 ? Double.POSITIVE_INFINITY : freedom);
  }

  /** Student's t; NaN without a standard error, and without any difference. */
  public double statistic() {
    return difference / standardError;
  }

  /** Two-sided, of no difference; NaN without a standard error. */
  public double pValue() {
    if (Double.isNaN(standardError)) {
      return Double.NaN;
    }
    if (standardError == 0) {
      return difference == 0 ? 1 : 0;
    }
    return 2 * lowerTail(-Math.abs(statistic()), degreesOfFreedom);
  }

  /**
   * Half the width of the interval around the difference.
   *
   * @param confidence such as 0.95
   */
  public double margin(double confidence) {
    return Double.isNaN(standardError) || standardError == 0
        ? standardError
        : standardError * quantile(0.5 + confidence / 2, degreesOfFreedom);
  }

  static double quantile(double probability, double degreesOfFreedom) {
    return Double.isInfinite(degreesOfFreedom)
        ? normalQuantile(probability)
        : new TDistribution(null, degreesOfFreedom, QUANTILE_ACCURACY)
            .inverseCumulativeProbability(probability);
  }

  static double normalQuantile(double probability) {
    return new NormalDistribution(null, 0, 1).inverseCumulativeProbability(probability);
  }

  private static double lowerTail(double statistic, double degreesOfFreedom) {
    return Double.isInfinite(degreesOfFreedom)
        ? new NormalDistribution(null, 0, 1).cumulativeProbability(statistic)
        : new TDistribution(null, degreesOfFreedom).cumulativeProbability(statistic);
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }
}
