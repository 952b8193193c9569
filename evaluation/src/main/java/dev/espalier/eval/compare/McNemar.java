package dev.espalier.eval.compare;

import org.apache.commons.math3.distribution.BinomialDistribution;

/**
 * McNemar's exact test of two models' right and wrong answers: of the documents on which they
 * differ, either is as often right, if there is no difference.
 *
 * @param onlyFirst documents that only the first model has right
 * @param onlySecond documents that only the second has right
 */
public record McNemar(int onlyFirst, int onlySecond) {

  /**
   * @param first 0 or 1 for each document
   * @param second likewise
   */
  public static McNemar of(double[] first, double[] second) {
    int onlyFirst = 0;
    int onlySecond = 0;
    for (int i = 0; i < first.length; i++) {
      if (first[i] > second[i]) {
        onlyFirst++;
      } else if (second[i] > first[i]) {
        onlySecond++;
      }
    }
    return new McNemar(onlyFirst, onlySecond);
  }

  /** Whether values are such as this test is for. */
  public static boolean isFor(double[] values) {
    for (double value : values) {
      if (value != 0 && value != 1) {
        return false;
      }
    }
    return true;
  }

  /** Two-sided, from the binomial distribution itself. */
  public double pValue() {
    int differing = onlyFirst + onlySecond;
    if (onlyFirst == onlySecond) {
      return 1;
    }
    int fewer = Math.min(onlyFirst, onlySecond);
    return Math.min(
        1, 2 * new BinomialDistribution(null, differing, 0.5).cumulativeProbability(fewer));
  }
}
