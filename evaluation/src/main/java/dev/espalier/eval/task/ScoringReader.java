package dev.espalier.eval.task;

import dev.espalier.eval.FilterPipeline;
import dev.espalier.eval.FilterStep;
import dev.espalier.eval.MetricSpec;
import dev.espalier.eval.metric.Aggregation;
import dev.espalier.eval.metric.Filter;
import dev.espalier.eval.metric.MetricFunction;
import dev.espalier.eval.metric.ResultsFunction;
import dev.espalier.jinja.PythonText;
import dev.espalier.row.Problem;
import dev.espalier.yaml.YamlMapping;
import dev.espalier.yaml.YamlNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads how answers are scored: filters, metrics, and a function that does both. */
final class ScoringReader {
  private final FieldReader fields;
  private final Functions functions;
  private final List<Problem> problems;
  private final List<Problem> warnings;

  /**
   * @param fields of the task
   */
  ScoringReader(
      FieldReader fields, Functions functions, List<Problem> problems, List<Problem> warnings) {
    this.fields = fields;
    this.functions = functions;
    this.problems = problems;
    this.warnings = warnings;
  }

  /** The name of the function that scores a document. */
  Optional<String> processResults() {
    Optional<YamlNode> node = fields.node("process_results");
    if (node.isEmpty()) {
      return Optional.empty();
    }
    if (YamlValues.plain(node.get()) instanceof Function function) {
      functions.find(function, ResultsFunction.class, problems, warnings);
      return Optional.of(function.name());
    }
    fields.problem(
        node.get().place(), "`process_results` is a function", "write `!function module.name`");
    return Optional.empty();
  }

  /** The entries of {@code metric_list} that can be used. */
  List<MetricSpec> metrics() {
    List<MetricSpec> metrics = new ArrayList<>();
    for (YamlMapping mapping : fields.mappings("metric_list")) {
      Map<String, Object> arguments = YamlValues.plain(mapping);
      Object metric = arguments.remove("metric");
      Object aggregation = arguments.remove("aggregation");
      Object higher = arguments.remove("higher_is_better");
      if (metric == null) {
        fields.problem(
            mapping.place(), "an entry of `metric_list` has no `metric`", "name the metric");
        continue;
      }
      if (metric instanceof Function function && fields.node("process_results").isEmpty()) {
        functions.find(function, MetricFunction.class, problems, warnings);
      }
      if (aggregation instanceof Function function) {
        functions.find(function, Aggregation.class, problems, warnings);
      }
      metrics.add(
          new MetricSpec(
              spelled(metric),
              Optional.ofNullable(aggregation).map(ScoringReader::spelled),
              higher instanceof Boolean truth ? Optional.of(truth) : Optional.empty(),
              printable(arguments)));
    }
    return metrics;
  }

  private static String spelled(Object value) {
    return value instanceof Function function ? function.name() : PythonText.str(value);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> printable(Map<String, Object> values) {
    return (Map<String, Object>) YamlValues.printable(values);
  }

  /** The entries of {@code filter_list} that can be used. */
  List<FilterPipeline> filters() {
    List<FilterPipeline> filters = new ArrayList<>();
    for (YamlMapping mapping : fields.mappings("filter_list")) {
      FieldReader own = new FieldReader(mapping.entries(), problems);
      Optional<String> title = own.text("name");
      if (title.isEmpty() || own.node("filter").isEmpty()) {
        fields.problem(
            mapping.place(),
            "an entry of `filter_list` has no `" + (title.isEmpty() ? "name" : "filter") + "`",
            "write `- name: NAME` with `filter:` and a list of functions");
        continue;
      }
      List<FilterStep> steps = new ArrayList<>();
      for (YamlMapping step : own.mappings("filter")) {
        Map<String, Object> arguments = YamlValues.plain(step);
        Object function = arguments.remove("function");
        if (function == null) {
          fields.problem(step.place(), "a filter has no `function`", "name the filter");
          continue;
        }
        for (Object each : arguments.values()) {
          if (each instanceof Function argument) {
            functions.find(argument, Filter.class, problems, warnings);
          }
        }
        if (function instanceof Function own2) {
          functions.find(own2, Filter.class, problems, warnings);
        }
        steps.add(new FilterStep(spelled(function), printable(arguments)));
      }
      filters.add(new FilterPipeline(title.get(), steps));
    }
    return filters;
  }
}
