package dev.espalier.eval.task;

import dev.espalier.eval.OutputType;
import dev.espalier.eval.twin.DocumentsFunction;
import dev.espalier.jinja.PythonText;
import dev.espalier.row.Problem;
import dev.espalier.yaml.YamlMapping;
import dev.espalier.yaml.YamlPlace;
import dev.espalier.yaml.YamlScalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads the fields of one task, and finds all that is wrong with them. Used once. */
final class TaskReader {
  /** What stands in a file for the reader of files, not for the task. */
  private static final List<String> STRUCTURAL = List.of("group", "task_list", "include", "class");

  private static final String NO_PYTHON = "evaluate this task with lm-evaluation-harness";

  private final String name;
  private final TaskFiles.TaskFile file;
  private final FieldReader fields;
  private final Functions functions;
  private final List<Problem> problems = new ArrayList<>();
  private final List<Problem> warnings = new ArrayList<>();

  TaskReader(String name, TaskFiles.TaskFile file, TaskFiles files) {
    this.name = name;
    this.file = file;
    this.fields = new FieldReader(file.fields(), problems);
    this.functions = new Functions(files);
  }

  /** All that is wrong; the config is of use only if this stays empty. */
  List<Problem> problems() {
    return problems;
  }

  List<Problem> warnings() {
    return warnings;
  }

  TaskConfig config() {
    List<String> known = new ArrayList<>(TaskFields.ALL);
    known.addAll(STRUCTURAL);
    fields.refuseOthers(known, "a task");
    refusePython();
    ValueReader values = new ValueReader(functions, problems, warnings);
    ScoringReader scoring = new ScoringReader(fields, functions, problems, warnings);
    OutputType outputType = outputType();
    Optional<String> testSplit = fields.text("test_split");
    Optional<String> validationSplit = fields.text("validation_split");
    if (testSplit.isEmpty() && validationSplit.isEmpty()) {
      problem(
          place(),
          "the task has neither `test_split` nor `validation_split`",
          "name the split to evaluate");
    }
    Optional<DocumentsFunction> processDocs = values.documents(fields, "process_docs");
    Optional<FieldValue> text = values.value(fields, "doc_to_text");
    Optional<FieldValue> target = values.value(fields, "doc_to_target");
    Optional<FieldValue> choice = values.value(fields, "doc_to_choice");
    checkPrompt(outputType, text, target, choice);
    Optional<FieldValue.Text> genPrefix = values.template(fields, "gen_prefix");
    String targetDelimiter = fields.textOr("target_delimiter", " ");
    String fewshotDelimiter = fields.textOr("fewshot_delimiter", "\n\n");
    Map<String, Object> generation = generation(outputType, fewshotDelimiter);
    return new TaskConfig(
        name,
        fields.text("task_alias"),
        version(),
        file.path(),
        outputType,
        fields.text("dataset_path"),
        fields.text("dataset_name"),
        fields.mapping("dataset_kwargs").map(YamlValues::plain).orElse(Map.of()),
        fields.text("training_split"),
        validationSplit,
        testSplit,
        processDocs,
        text,
        target,
        choice,
        values.template(fields, "description"),
        genPrefix,
        targetDelimiter,
        fewshotDelimiter,
        new FewshotReader(fields, values, problems, warnings)
            .config(
                processDocs, text, target, choice, genPrefix, targetDelimiter, fewshotDelimiter),
        shots(),
        generation,
        repeats(),
        scoring.metrics(),
        scoring.filters(),
        scoring.processResults(),
        functions,
        new TaskFields(name, fields).dump(generation));
  }

  private YamlPlace place() {
    YamlMapping.Entry entry = file.fields().get("task");
    return entry == null ? YamlPlace.of(file.path()) : entry.key().place();
  }

  private void problem(YamlPlace place, String message, String remedy) {
    fields.problem(place, message, remedy);
  }

  private void refusePython() {
    for (String field : List.of("class", "custom_dataset", "doc_to_image", "doc_to_audio")) {
      fields
          .node(field)
          .ifPresent(
              node ->
                  problem(
                      node.place(),
                      "`"
                          + field
                          + "` cannot be used here"
                          + (field.startsWith("doc_to")
                              ? ": documents are texts"
                              : ": it is Python"),
                      NO_PYTHON));
    }
    fields
        .node("use_prompt")
        .ifPresent(
            node ->
                problem(
                    node.place(),
                    "`use_prompt` takes a prompt of promptsource, which is not there",
                    "write `doc_to_text` and `doc_to_target`"));
  }

  private OutputType outputType() {
    Optional<YamlScalar> scalar = fields.scalar("output_type");
    if (scalar.isEmpty()) {
      return OutputType.GENERATE_UNTIL;
    }
    for (OutputType type : OutputType.values()) {
      if (type.spelling().equals(scalar.get().text())) {
        return type;
      }
    }
    problem(
        scalar.get().place(),
        "`" + scalar.get().text() + "` is no output type",
        "write multiple_choice, loglikelihood, loglikelihood_rolling or generate_until");
    return OutputType.GENERATE_UNTIL;
  }

  private void checkPrompt(
      OutputType type,
      Optional<FieldValue> text,
      Optional<FieldValue> target,
      Optional<FieldValue> choice) {
    if (text.isEmpty() && !fields.has("doc_to_text")) {
      problem(place(), "the task has no `doc_to_text`", "say what a prompt is made of");
    }
    if (target.isEmpty() && !fields.has("doc_to_target")) {
      problem(place(), "the task has no `doc_to_target`", "say what the right answer is");
    }
    if (type == OutputType.MULTIPLE_CHOICE && choice.isEmpty() && !fields.has("doc_to_choice")) {
      problem(
          place(), "a task of multiple choice has no `doc_to_choice`", "say what the choices are");
    }
  }

  private Optional<String> version() {
    return fields
        .node("metadata")
        .filter(YamlMapping.class::isInstance)
        .flatMap(node -> ((YamlMapping) node).get("version"))
        .map(YamlValues::plain)
        .map(value -> PythonText.str(YamlValues.printable(value)));
  }

  private OptionalInt shots() {
    Optional<Long> shots = fields.whole("num_fewshot");
    if (shots.isPresent() && (shots.get() < 0 || shots.get() > 100_000)) {
      problem(
          fields.node("num_fewshot").orElseThrow().place(),
          "`num_fewshot` is " + shots.get(),
          "write a number from 0 on");
      return OptionalInt.empty();
    }
    return shots.map(number -> OptionalInt.of(number.intValue())).orElse(OptionalInt.empty());
  }

  private int repeats() {
    Optional<Long> repeats = fields.whole("repeats");
    if (repeats.isPresent() && (repeats.get() < 1 || repeats.get() > 100_000)) {
      problem(
          fields.node("repeats").orElseThrow().place(),
          "`repeats` is " + repeats.get(),
          "write a number from 1 on");
      return 1;
    }
    return repeats.orElse(1L).intValue();
  }

  private Map<String, Object> generation(OutputType type, String fewshotDelimiter) {
    Optional<YamlMapping> given = fields.mapping("generation_kwargs");
    Map<String, Object> generation = new LinkedHashMap<>();
    if (given.isEmpty()) {
      if (type == OutputType.GENERATE_UNTIL) {
        generation.put("temperature", 0.0);
        generation.put("do_sample", false);
        generation.put("max_gen_toks", 256L);
        generation.put("until", List.of(fewshotDelimiter));
      }
      return generation;
    }
    generation.putAll(YamlValues.plain(given.get()));
    if (generation.get("temperature") instanceof Number temperature) {
      generation.put("temperature", temperature.doubleValue());
    } else if (generation.get("temperature") instanceof String temperature) {
      generation.put("temperature", floating(given.get(), temperature));
    }
    generation.putIfAbsent("until", List.of(fewshotDelimiter));
    return generation;
  }

  /** PyYAML takes 1e-3 for a text. */
  private Object floating(YamlMapping given, String text) {
    try {
      return Double.valueOf(text);
    } catch (NumberFormatException e) {
      problem(
          given.get("temperature").orElseThrow().place(),
          "`temperature` is " + text + ", which is no number",
          "write a number");
      return text;
    }
  }
}
