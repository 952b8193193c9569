package dev.espalier.eval.metric;

import java.util.List;

/** F1 of the label 1, of pairs of a right and a given label, as scikit-learn computes it. */
final class BinaryF1 implements Aggregation {

  @Override
  public Number of(List<Object> values) {
    Labels labels = new Labels(values);
    if (labels.count() > 2) {
      throw new ScoringException(
          "f1 takes two labels, and there are " + labels.count() + "; name another aggregation");
    }
    int one = labels.number(1.0);
    if (one < 0 && labels.count() == 2) {
      throw new ScoringException("f1 is that of the label 1, which is neither of the two");
    }
    return score(labels, one, Labels.all(labels.size()));
  }

  @Override
  public Double standardError(List<Object> values, int iterations) {
    if (iterations <= 0) {
      return null;
    }
    Labels labels = new Labels(values);
    int one = labels.number(1.0);
    return Bootstrap.standardError(
        () -> choice -> score(labels, one, choice), labels.size(), iterations);
  }

  private static double score(Labels labels, int one, int[] choice) {
    long both = 0;
    long either = 0;
    for (int pair : choice) {
      boolean isGold = labels.gold(pair) == one;
      boolean isGiven = labels.given(pair) == one;
      both += isGold && isGiven ? 1 : 0;
      either += (isGold ? 1 : 0) + (isGiven ? 1 : 0);
    }
    return either == 0 ? 0 : 2.0 * both / either;
  }
}
