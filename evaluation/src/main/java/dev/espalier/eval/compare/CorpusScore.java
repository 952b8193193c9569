package dev.espalier.eval.compare;

import java.util.AbstractList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A figure of a whole set of documents, such as BLEU or F1, over a choice of them. Not thread-safe.
 */
@FunctionalInterface
public interface CorpusScore {

  /**
   * The score of the documents chosen.
   *
   * @param choice indices of documents in any order; one may come several times
   */
  double of(int[] choice);

  /** Over a list of the documents' values. */
  static <V> CorpusScore ofValues(List<V> values, ToDoubleFunction<? super List<V>> aggregate) {
    return choice ->
        aggregate.applyAsDouble(
            new AbstractList<>() {
              @Override
              public V get(int index) {
                return values.get(choice[index]);
              }

              @Override
              public int size() {
                return choice.length;
              }
            });
  }

  /**
   * Over sums: what BLEU and its like need of a document are a few counts, and the score is a
   * function of their sums.
   *
   * @param statistics of each document, all of one length
   */
  static CorpusScore ofSums(double[][] statistics, ToDoubleFunction<double[]> score) {
    return choice -> {
      double[] sums = new double[statistics[0].length];
      for (int document : choice) {
        double[] add = statistics[document];
        for (int k = 0; k < sums.length; k++) {
          sums[k] += add[k];
        }
      }
      return score.applyAsDouble(sums);
    };
  }
}
