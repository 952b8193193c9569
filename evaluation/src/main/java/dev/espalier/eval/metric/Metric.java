package dev.espalier.eval.metric;

import dev.espalier.eval.OutputType;
import dev.espalier.eval.TaskDocument;
import java.util.List;
import java.util.Set;

/** One number of a task: a value of each document, and how the values become one. */
public interface Metric {

  /** Its name in results. */
  String name();

  /**
   * The value of one document. A {@link java.util.Map} is taken apart: each entry is a metric of
   * its own, aggregated as this one.
   *
   * @param answers what a filter left of the answer to each request, in the order of requests: a
   *     {@code String} (or a list of them, where the filter keeps several), a {@link
   *     dev.espalier.eval.Response.Loglikelihood}, or a {@code Double} for a rolling log-likelihood
   * @return a {@code Double}, {@code Long} or {@code Boolean}, or what {@link #aggregation} takes:
   *     a pair as a list of two
   * @throws ScoringException if the answers are not such that it can be computed
   */
  Object value(TaskDocument document, List<Object> answers);

  /** How the values of all documents become one. */
  Aggregation aggregation();

  boolean higherIsBetter();

  /** The output types whose answers it takes. */
  default Set<OutputType> types() {
    return Set.of(OutputType.GENERATE_UNTIL);
  }

  /** How many answers to a request a filter has to leave; 0 where it takes the one that is left. */
  default int answersNeeded() {
    return 0;
  }

  /**
   * Looks at a document before anything is asked.
   *
   * @throws ScoringException if no answer to it can be scored
   */
  default void check(TaskDocument document) {}
}
