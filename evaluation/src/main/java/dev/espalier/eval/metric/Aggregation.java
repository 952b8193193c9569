package dev.espalier.eval.metric;

import java.util.AbstractList;
import java.util.List;
import java.util.function.ToDoubleFunction;

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

  /**
   * The number of choices among values, where one after the other is asked for: what can be is
   * computed once.
   *
   * @return from indices of values, of which one may come several times; for one thread
   */
  default ToDoubleFunction<int[]> ofChoices(List<Object> values) {
    return choice ->
        of(new AbstractList<>() {
              @Override
              public Object get(int index) {
                return values.get(choice[index]);
              }

              @Override
              public int size() {
                return choice.length;
              }
            })
            .doubleValue();
  }
}
