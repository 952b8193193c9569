package dev.espalier.eval.metric;

import dev.espalier.eval.MetricSpec;
import dev.espalier.eval.OutputType;
import dev.espalier.eval.TaskScoring;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads the metrics that a task lists. */
final class TaskMetrics {
  private final TaskScoring task;
  private final TaskFunctions functions;

  private TaskMetrics(TaskScoring task, TaskFunctions functions) {
    this.task = task;
    this.functions = functions;
  }

  /**
   * By name, in the task's order.
   *
   * @param problems takes a sentence for each metric that cannot be computed
   */
  static Map<String, TaskMetric> of(
      TaskScoring task, TaskFunctions functions, Collection<String> problems) {
    TaskMetrics reader = new TaskMetrics(task, functions);
    Map<String, TaskMetric> metrics = new LinkedHashMap<>();
    for (MetricSpec spec : reader.specs()) {
      try {
        TaskMetric metric = reader.metric(spec);
        metrics.put(metric.name(), metric);
      } catch (IllegalArgumentException e) {
        problems.add("metric " + spec.metric() + ": " + e.getMessage());
      }
    }
    return metrics;
  }

  private List<MetricSpec> specs() {
    if (!task.metrics().isEmpty()) {
      return task.metrics();
    }
    List<MetricSpec> specs = new ArrayList<>();
    for (String name : HarnessMetric.defaults(task.outputType())) {
      specs.add(new MetricSpec(name, Optional.empty(), Optional.empty(), Map.of()));
    }
    return specs;
  }

  private TaskMetric metric(MetricSpec spec) {
    String name = spec.metric();
    HarnessMetric known = HarnessMetric.named(name);
    Map<String, Object> arguments = new LinkedHashMap<>(spec.arguments());
    arguments.remove("hf_evaluate");
    MetricFunction function = null;
    Metric own = null;
    if (task.processResults().isEmpty()) {
      function = known == null ? functions.metric(name).orElse(null) : builtIn(known, arguments);
      if (known == null && function == null) {
        own = OwnMetrics.named(name, arguments);
        if (own == null) {
          throw new IllegalArgumentException(
              "there is no such metric; known are "
                  + HarnessMetric.names()
                  + "; "
                  + OwnMetrics.names()
                  + "; and functions with a twin in Java");
        }
        if (!own.types().contains(task.outputType())) {
          throw new IllegalArgumentException(
              "it takes answers of "
                  + own.types().stream()
                      .map(OutputType::spelling)
                      .sorted()
                      .collect(Collectors.joining(" or "))
                  + ", and the task is "
                  + task.outputType().spelling());
        }
      }
    }
    Boolean higherIsBetter =
        spec.higherIsBetter()
            .orElse(
                known != null
                    ? (Boolean) known.higherIsBetter()
                    : own != null ? own.higherIsBetter() : null);
    return new TaskMetric(
        function != null && known == null ? lastName(name) : name,
        aggregation(spec, known, own),
        higherIsBetter,
        function,
        own,
        arguments);
  }

  /** A function is called by its own name, without its module's. */
  private static String lastName(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /** The function of a metric of generated texts; null where the output type's rule has it. */
  private MetricFunction builtIn(HarnessMetric metric, Map<String, Object> arguments) {
    if (task.outputType() != OutputType.GENERATE_UNTIL) {
      return null;
    }
    if (metric.name().equals("exact_match")) {
      return ExactMatch.of(arguments);
    }
    if (!metric.types().contains(OutputType.GENERATE_UNTIL)) {
      throw new IllegalArgumentException("it is not defined for generated texts");
    }
    // The pair is the value; the aggregation makes a number of all.
    return (references, predictions, given) -> {
      List<Object> pair = new ArrayList<>();
      pair.add(references.get(0));
      pair.add(predictions.get(0));
      return metric.name().equals("bypass") ? null : pair;
    };
  }

  private Aggregation aggregation(MetricSpec spec, HarnessMetric known, Metric own) {
    if (spec.aggregation().isEmpty()) {
      if (known != null) {
        return Aggregations.named(known.aggregation()).orElseThrow();
      }
      return own != null ? own.aggregation() : Aggregations.MEAN;
    }
    String name = spec.aggregation().get();
    return Aggregations.named(name)
        .or(() -> functions.aggregation(name))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no aggregation `"
                        + name
                        + "`; known are "
                        + Aggregations.names()
                        + ", and functions with a twin in Java"));
  }
}
