package dev.espalier.eval.metric;

import java.util.Map;
import java.util.Optional;

/**
 * What the {@code !function} names of one task file stand for. A name is the file's, such as {@code
 * utils.process_results_mc2}.
 */
public interface TaskFunctions {
  /** Knows no function. */
  TaskFunctions NONE = new TaskFunctions() {};

  /** For {@code process_results}. */
  default Optional<ResultsFunction> results(String name) {
    return Optional.empty();
  }

  /** For the {@code metric} of an entry of {@code metric_list}. */
  default Optional<MetricFunction> metric(String name) {
    return Optional.empty();
  }

  /** For the {@code aggregation} of an entry of {@code metric_list}. */
  default Optional<Aggregation> aggregation(String name) {
    return Optional.empty();
  }

  /**
   * For the {@code function} of a filter, or the {@code filter_fn} of a {@code custom} one.
   *
   * @param arguments what else the filter has
   */
  default Optional<Filter> filter(String name, Map<String, Object> arguments) {
    return Optional.empty();
  }
}
