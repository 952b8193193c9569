package dev.espalier.eval.metric;

import dev.espalier.eval.python.FloatSums;
import java.util.List;

/** The Brier score: squared distances between the choices' probabilities and the right choice. */
final class Brier {
  private Brier() {}

  /**
   * @param values pairs of the right choice's index and the list of all choices' probabilities
   */
  static double score(List<Object> values) {
    double[] distances = new double[values.size()];
    int width = -1;
    for (int i = 0; i < distances.length; i++) {
      List<?> pair = Aggregations.pair(values.get(i));
      double[] probabilities = Answers.numbers((List<?>) pair.get(1));
      if (width >= 0 && width != probabilities.length) {
        throw new ScoringException(
            "brier_score needs as many choices in each document; some have "
                + width
                + ", some "
                + probabilities.length);
      }
      width = probabilities.length;
      distances[i] = distance(pair.get(0), probabilities);
    }
    return FloatSums.pairwiseMean(distances);
  }

  private static double distance(Object gold, double[] probabilities) {
    int index = gold instanceof List<?> ? -1 - probabilities.length : (int) Answers.number(gold);
    int right = index < 0 ? index + probabilities.length : index;
    if (right < 0 || right >= probabilities.length) {
      throw new ScoringException("brier_score needs one right choice for each document");
    }
    double[] squares = new double[probabilities.length];
    for (int i = 0; i < squares.length; i++) {
      double off = probabilities[i] - (i == right ? 1 : 0);
      squares[i] = off * off;
    }
    return FloatSums.pairwiseSum(squares);
  }
}
