package dev.espalier.eval.task;

import dev.espalier.eval.task.TaskConfig.FewshotConfig;
import dev.espalier.eval.task.TaskConfig.Sampler;
import dev.espalier.eval.twin.DocumentsFunction;
import dev.espalier.row.Problem;
import dev.espalier.yaml.YamlMapping;
import dev.espalier.yaml.YamlScalar;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads {@code fewshot_config}, whose fields are those of the task where it does not have them. */
final class FewshotReader {
  private final FieldReader task;
  private final ValueReader values;
  private final List<Problem> problems;
  private final List<Problem> warnings;

  /**
   * @param task the fields of the task
   */
  FewshotReader(
      FieldReader task, ValueReader values, List<Problem> problems, List<Problem> warnings) {
    this.task = task;
    this.values = values;
    this.problems = problems;
    this.warnings = warnings;
  }

  FewshotConfig config(
      Optional<DocumentsFunction> processDocs,
      Optional<FieldValue> text,
      Optional<FieldValue> target,
      Optional<FieldValue> choice,
      Optional<FieldValue.Text> genPrefix,
      String targetDelimiter,
      String fewshotDelimiter) {
    FieldReader own =
        new FieldReader(
            task.mapping("fewshot_config").map(YamlMapping::entries).orElse(Map.of()), problems);
    own.refuseOthers(TaskFields.OF_FEWSHOT, "`fewshot_config`");
    own.node("fewshot_indices")
        .ifPresent(
            node ->
                warnings.add(
                    new Problem(
                        node.place().toString(),
                        "`fewshot_indices` has no effect, here as in lm-evaluation-harness 0.4.13",
                        "list the examples under `samples`")));
    return new FewshotConfig(
        sampler(own),
        own.has("split") ? own.text("split") : task.text("fewshot_split"),
        own.has("process_docs") ? values.documents(own, "process_docs") : processDocs,
        values.samples(own),
        own.has("doc_to_text") ? values.value(own, "doc_to_text") : text,
        own.has("doc_to_target") ? values.value(own, "doc_to_target") : target,
        own.has("doc_to_choice") ? values.value(own, "doc_to_choice") : choice,
        own.has("gen_prefix") ? values.template(own, "gen_prefix") : genPrefix,
        own.has("target_delimiter") ? own.textOr("target_delimiter", "") : targetDelimiter,
        own.has("fewshot_delimiter") ? own.textOr("fewshot_delimiter", "") : fewshotDelimiter);
  }

  private Sampler sampler(FieldReader own) {
    Optional<YamlScalar> scalar = own.scalar("sampler");
    if (scalar.isEmpty()) {
      return Sampler.DEFAULT;
    }
    for (Sampler sampler : Sampler.values()) {
      if (sampler.name().toLowerCase(Locale.ROOT).equals(scalar.get().text())) {
        return sampler;
      }
    }
    own.problem(
        scalar.get().place(),
        "`" + scalar.get().text() + "` is no sampler of few-shot examples",
        "write default or first_n");
    return Sampler.DEFAULT;
  }
}
