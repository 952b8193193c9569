package dev.espalier.eval.metric;

import dev.espalier.eval.python.CMath;
import dev.espalier.eval.python.FloatSums;

/** Means and deviations in the order in which Python adds. */
final class Statistics {
  private Statistics() {}

  static double mean(double[] values) {
    return FloatSums.sum(values) / values.length;
  }

  /** The sample's standard deviation: over one less than there are. */
  static double sampleDeviation(double[] values) {
    double mean = mean(values);
    double sum = 0;
    for (double value : values) {
      sum += CMath.square(value - mean);
    }
    return Math.sqrt(sum / (values.length - 1));
  }

  static double meanError(double[] values) {
    return sampleDeviation(values) / Math.sqrt(values.length);
  }
}
