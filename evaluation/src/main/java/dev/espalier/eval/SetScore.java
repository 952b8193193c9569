package dev.espalier.eval;

import java.util.List;
import java.util.Optional;

/**
 * How a metric's values of documents become one number, where that is not their mean: BLEU, F1, a
 * perplexity. Thread-safe.
 */
@FunctionalInterface
public interface SetScore {

  /**
   * @param values of documents, as {@link Sample#metrics} has them; at least one
   */
  double of(List<Object> values);

  /**
   * The same over sums, which is quicker where one set after the other is drawn; absent if the
   * score is no function of sums.
   */
  default Optional<Sums> sums() {
    return Optional.empty();
  }

  /** A score that is a function of counts that documents add to. */
  interface Sums {

    /** What a document adds, of the same length for each. */
    double[] counts(Object value);

    /** The score of the sums of all counts. */
    double score(double[] sums);
  }
}
