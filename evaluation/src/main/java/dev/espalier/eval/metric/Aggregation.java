package dev.espalier.eval.metric;

import java.util.List;

/** How the values of all documents become one number. */
@FunctionalInterface
public interface Aggregation {

  /**
   * @param values of each document, in the order of documents; at least one
   * @return a {@code Double}, or a {@code Long} where the values are integers and one of them is
   *     chosen
   * @throws ScoringException if the values are not of the kind that this aggregates
   */
  Number of(List<Object> values);

  /**
   * How far the number is likely to be off.
   *
   * @param values as {@link #of} has them, at least two
   * @param iterations of a bootstrap; 0 for no standard error at all
   * @return NaN as any other number; null if there is none ({@code N/A})
   */
  default Double standardError(List<Object> values, int iterations) {
    return null;
  }
}
