package dev.espalier.eval.metric;

import java.util.List;
import java.util.Map;

/** A function that a task file names in place of a metric ({@code metric: !function …}). */
@FunctionalInterface
public interface MetricFunction {

  /**
   * @param references the targets of one document
   * @param predictions its answers, as many
   * @param arguments what else the entry of {@code metric_list} has
   * @return the document's value; a map is taken apart, each entry a metric of its own
   */
  Object value(List<Object> references, List<Object> predictions, Map<String, Object> arguments);
}
