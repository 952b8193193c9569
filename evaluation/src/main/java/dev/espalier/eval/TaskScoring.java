package dev.espalier.eval;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What of a task says how its answers are scored.
 *
 * @param task its name
 * @param alias shown in its place
 * @param version of the task file's metadata, as text; absent if the file has none
 * @param metrics as the file lists them; empty if it does not, which means those of the output type
 * @param filters empty means {@link FilterPipeline#NONE}
 * @param repeats answers to each request, at least one
 * @param processResults the name of the function ({@code !function module.name}) that scores a
 *     document in place of the built-in rules, such as {@code utils.process_results_mc2}
 */
public record TaskScoring(
    String task,
    String alias,
    Optional<String> version,
    OutputType outputType,
    List<MetricSpec> metrics,
    List<FilterPipeline> filters,
    int repeats,
    Optional<String> processResults) {
  public TaskScoring {
    Objects.requireNonNull(task, "task");
    Objects.requireNonNull(alias, "alias");
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(outputType, "outputType");
    metrics = List.copyOf(metrics);
    filters = List.copyOf(filters);
    Objects.requireNonNull(processResults, "processResults");
  }
}
