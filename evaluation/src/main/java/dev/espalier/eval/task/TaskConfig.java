package dev.espalier.eval.task;

import dev.espalier.eval.FilterPipeline;
import dev.espalier.eval.MetricSpec;
import dev.espalier.eval.OutputType;
import dev.espalier.eval.metric.TaskFunctions;
import dev.espalier.eval.twin.DocumentsFunction;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The fields of a task, checked.
 *
 * @param datasetKwargs as the file gives them
 * @param shots absent if the file does not say
 * @param generation {@code generation_kwargs} with their defaults, in order
 * @param dump the fields as results files list them
 */
record TaskConfig(
    String name,
    Optional<String> alias,
    Optional<String> version,
    String file,
    OutputType outputType,
    Optional<String> datasetPath,
    Optional<String> datasetName,
    Map<String, Object> datasetKwargs,
    Optional<String> trainingSplit,
    Optional<String> validationSplit,
    Optional<String> testSplit,
    Optional<DocumentsFunction> processDocs,
    Optional<FieldValue> text,
    Optional<FieldValue> target,
    Optional<FieldValue> choice,
    Optional<FieldValue.Text> description,
    Optional<FieldValue.Text> genPrefix,
    String targetDelimiter,
    String fewshotDelimiter,
    FewshotConfig fewshot,
    OptionalInt shots,
    Map<String, Object> generation,
    int repeats,
    List<MetricSpec> metrics,
    List<FilterPipeline> filters,
    Optional<String> processResults,
    TaskFunctions functions,
    Map<String, Object> dump) {

  /**
   * How few-shot examples are chosen and written; fields that the file leaves out are the task's.
   */
  record FewshotConfig(
      Sampler sampler,
      Optional<String> split,
      Optional<DocumentsFunction> processDocs,
      Optional<List<Map<String, Object>>> samples,
      Optional<FieldValue> text,
      Optional<FieldValue> target,
      Optional<FieldValue> choice,
      Optional<FieldValue.Text> genPrefix,
      String targetDelimiter,
      String fewshotDelimiter) {}

  /** Which examples come first. */
  enum Sampler {
    DEFAULT,
    FIRST_N
  }

  /** The split that is evaluated. */
  Optional<String> evaluatedSplit() {
    return testSplit.or(() -> validationSplit);
  }

  boolean hasMetric(String metric) {
    return metrics.stream().anyMatch(spec -> spec.metric().equals(metric));
  }
}
