package dev.espalier.eval.metric;

import dev.espalier.eval.TaskDocument;
import java.util.List;
import java.util.Map;

/** Scores a document in place of the built-in rules: a task's {@code process_results}. */
@FunctionalInterface
public interface ResultsFunction {

  /**
   * @param answers as {@link Metric#value} has them
   * @return the values of metrics by name, in the order in which results list them
   * @throws ScoringException if the answers are not such that they can be computed
   */
  Map<String, Object> values(TaskDocument document, List<Object> answers);
}
