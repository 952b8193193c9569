package dev.espalier.eval.metric;

import java.util.List;
import java.util.Map;

/** One step from a model's answers to what is compared. */
@FunctionalInterface
public interface Filter {

  /**
   * @param answers one for each request of the task: the list of answers of all repeats, or what an
   *     earlier step has left of it
   * @param documents of the requests, as many, by column
   * @return as many as there are requests
   * @throws ScoringException if the answers are not of the kind that it takes
   */
  List<Object> apply(List<Object> answers, List<Map<String, Object>> documents);
}
