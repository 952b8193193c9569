package dev.espalier.eval.metric;

import java.util.List;

/** Matthews' correlation of right and given labels, of which there may be more than two. */
final class MatthewsCorrelation implements Aggregation {

  @Override
  public Number of(List<Object> values) {
    Labels labels = new Labels(values);
    return score(labels, Labels.all(labels.size()));
  }

  @Override
  public Double standardError(List<Object> values, int iterations) {
    if (iterations <= 0) {
      return null;
    }
    Labels labels = new Labels(values);
    return Bootstrap.standardError(
        () -> choice -> score(labels, choice), labels.size(), iterations);
  }

  private static double score(Labels labels, int[] choice) {
    long[] golds = new long[labels.count()];
    long[] given = new long[labels.count()];
    long correct = 0;
    for (int pair : choice) {
      golds[labels.gold(pair)]++;
      given[labels.given(pair)]++;
      correct += labels.gold(pair) == labels.given(pair) ? 1 : 0;
    }
    double n = choice.length;
    double covariance = correct * n - dot(golds, given);
    double product = (n * n - dot(given, given)) * (n * n - dot(golds, golds));
    return product == 0 ? 0 : covariance / Math.sqrt(product);
  }

  private static double dot(long[] left, long[] right) {
    long sum = 0;
    for (int i = 0; i < left.length; i++) {
      sum += left[i] * right[i];
    }
    return sum;
  }
}
