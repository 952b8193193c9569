package dev.espalier.eval.task;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which fields a task has, and how results files list them: as the harness writes them there. */
final class TaskFields {
  /** In the order in which results files list them. */
  static final List<String> ALL =
      List.of(
          "task",
          "task_alias",
          "tag",
          "custom_dataset",
          "dataset_path",
          "dataset_name",
          "dataset_kwargs",
          "training_split",
          "validation_split",
          "test_split",
          "fewshot_split",
          "process_docs",
          "doc_to_text",
          "doc_to_target",
          "doc_to_image",
          "doc_to_audio",
          "unsafe_code",
          "doc_to_choice",
          "process_results",
          "use_prompt",
          "description",
          "target_delimiter",
          "fewshot_delimiter",
          "fewshot_config",
          "num_fewshot",
          "metric_list",
          "output_type",
          "generation_kwargs",
          "repeats",
          "filter_list",
          "should_decontaminate",
          "doc_to_decontamination_query",
          "gen_prefix",
          "metadata");

  static final List<String> OF_FEWSHOT =
      List.of(
          "sampler",
          "split",
          "process_docs",
          "fewshot_indices",
          "samples",
          "doc_to_text",
          "doc_to_choice",
          "doc_to_target",
          "gen_prefix",
          "fewshot_delimiter",
          "target_delimiter");

  private final String name;
  private final FieldReader fields;

  /**
   * @param name of the task
   */
  TaskFields(String name, FieldReader fields) {
    this.name = name;
    this.fields = fields;
  }

  /**
   * The fields that are given, and the defaults.
   *
   * @param generation in place of {@code generation_kwargs}
   */
  Map<String, Object> dump(Map<String, Object> generation) {
    Map<String, Object> dump = new LinkedHashMap<>();
    for (String field : ALL) {
      Object value =
          switch (field) {
            case "task" -> name;
            case "tag" -> null;
            case "dataset_kwargs" -> datasetKwargs();
            case "generation_kwargs" -> generation.isEmpty() ? null : generation;
            case "fewshot_config" -> fewshotDump();
            default -> printable(field);
          };
      if (value != null) {
        dump.put(field, value);
      }
    }
    return dump;
  }

  /** Without what the harness itself takes out. */
  private Object datasetKwargs() {
    Object given = printable("dataset_kwargs");
    if (given instanceof Map<?, ?> kwargs) {
      Map<Object, Object> left = new LinkedHashMap<>(kwargs);
      left.remove("trust_remote_code");
      return left;
    }
    return given;
  }

  private Object printable(String field) {
    return fields
        .node(field)
        .map(YamlValues::plain)
        .map(YamlValues::printable)
        .orElse(defaulted(field));
  }

  /** With what is the task's where the file does not say it of examples. */
  private Map<String, Object> fewshotDump() {
    Map<String, Object> own =
        fields.mapping("fewshot_config").map(YamlValues::plain).orElse(Map.of());
    Map<String, Object> dump = new LinkedHashMap<>();
    for (String field : OF_FEWSHOT) {
      Object otherwise =
          switch (field) {
            case "sampler" -> "default";
            case "split" -> printable("fewshot_split");
            default -> ALL.contains(field) ? printable(field) : null;
          };
      dump.put(field, own.containsKey(field) ? YamlValues.printable(own.get(field)) : otherwise);
    }
    return dump;
  }

  private static Object defaulted(String field) {
    return switch (field) {
      case "unsafe_code", "should_decontaminate" -> false;
      case "description" -> "";
      case "target_delimiter" -> " ";
      case "fewshot_delimiter" -> "\n\n";
      case "output_type" -> "generate_until";
      case "repeats" -> 1L;
      case "num_fewshot" -> 0L;
      default -> null;
    };
  }
}
