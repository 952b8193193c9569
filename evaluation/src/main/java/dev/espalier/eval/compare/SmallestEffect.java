package dev.espalier.eval.compare;

/**
 * The smallest true difference that a comparison of this size would most likely find: {@code
 * (z_{1-α/2} + z_power) · sd / sqrt(n / deff)}.
 *
 * @param effect in the metric's unit; NaN for fewer than two documents or clusters, and where
 *     nothing differs, which tells nothing of what might
 * @param standardDeviation of the documents' differences
 * @param correlation of the differences inside a cluster (ANOVA's estimate, from 0 to 1); 0 where
 *     each document is on its own
 * @param designEffect {@code 1 + (m - 1) · correlation}, m the mean size of the cluster that a
 *     document is in: by how many times fewer the documents count
 */
public record SmallestEffect(
    double effect, double standardDeviation, double correlation, double designEffect) {

  /**
   * @param level of the two-sided test, such as 0.05
   * @param power the chance to find it, such as 0.8
   */
  public static SmallestEffect of(
      double[] first, double[] second, Clusters clusters, double level, double power) {
    int n = first.length;
    int c = clusters.count();
    double mean = 0;
    double[] means = new double[c];
    for (int i = 0; i < n; i++) {
      double difference = second[i] - first[i];
      mean += difference;
      means[clusters.clusterOf(i)] += difference;
    }
    mean /= n;
    double sizes = 0;
    double between = 0;
    for (int k = 0; k < c; k++) {
      double size = clusters.size(k);
      means[k] /= size;
      sizes += size * size;
      between += size * (means[k] - mean) * (means[k] - mean);
    }
    double total = 0;
    double within = 0;
    for (int i = 0; i < n; i++) {
      double difference = second[i] - first[i];
      total += (difference - mean) * (difference - mean);
      double inside = difference - means[clusters.clusterOf(i)];
      within += inside * inside;
    }
    double deviation = n < 2 ? Double.NaN : Math.sqrt(total / (n - 1));
    double correlation = 0;
    if (c < n && c > 1) {
      double betweenMean = between / (c - 1);
      double withinMean = within / (n - c);
      double size = (n - sizes / n) / (c - 1);
      double variance = betweenMean + (size - 1) * withinMean;
      correlation =
          variance == 0 ? 0 : Math.min(1, Math.max(0, (betweenMean - withinMean) / variance));
    }
    double design = 1 + (sizes / n - 1) * correlation;
    double effect =
        c < 2 ? Double.NaN : ofStandardError(deviation / Math.sqrt(n / design), level, power);
    return new SmallestEffect(effect, deviation, correlation, design);
  }

  /** The same from a standard error, where that is all there is. */
  public static double ofStandardError(double standardError, double level, double power) {
    if (standardError == 0) {
      return Double.NaN;
    }
    return (PairedDifference.normalQuantile(1 - level / 2) + PairedDifference.normalQuantile(power))
        * standardError;
  }
}
