package dev.espalier.eval.task;

import dev.espalier.eval.FilterPipeline;
import dev.espalier.eval.FilterStep;
import dev.espalier.eval.MetricSpec;
import dev.espalier.eval.OutputType;
import dev.espalier.eval.metric.Aggregation;
import dev.espalier.eval.metric.Filter;
import dev.espalier.eval.metric.MetricFunction;
import dev.espalier.eval.metric.ResultsFunction;
import dev.espalier.eval.task.TaskConfig.FewshotConfig;
import dev.espalier.eval.task.TaskConfig.Sampler;
import dev.espalier.eval.twin.DocumentFunction;
import dev.espalier.eval.twin.DocumentsFunction;
import dev.espalier.jinja.JinjaException;
import dev.espalier.jinja.JinjaTemplate;
import dev.espalier.jinja.PythonText;
import dev.espalier.jinja.TemplateSettings;
import dev.espalier.row.Problem;
import dev.espalier.yaml.YamlMapping;
import dev.espalier.yaml.YamlNode;
import dev.espalier.yaml.YamlPlace;
import dev.espalier.yaml.YamlScalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads the fields of one task, and finds all that is wrong with them. Used once. */
final class TaskReader {
  /** In the order in which results files list them. */
  private static final List<String> FIELDS =
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

  private static final List<String> FEWSHOT_FIELDS =
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
    List<String> known = new ArrayList<>(FIELDS);
    known.addAll(STRUCTURAL);
    fields.refuseOthers(known, "a task");
    refusePython();
    OutputType outputType = outputType();
    Optional<String> testSplit = fields.text("test_split");
    Optional<String> validationSplit = fields.text("validation_split");
    if (testSplit.isEmpty() && validationSplit.isEmpty()) {
      problem(
          place(),
          "the task has neither `test_split` nor `validation_split`",
          "name the split to evaluate");
    }
    Optional<DocumentsFunction> processDocs = documents(fields, "process_docs");
    Optional<FieldValue> text = value(fields, "doc_to_text");
    Optional<FieldValue> target = value(fields, "doc_to_target");
    Optional<FieldValue> choice = value(fields, "doc_to_choice");
    checkPrompt(outputType, text, target, choice);
    Optional<FieldValue.Text> genPrefix = template(fields, "gen_prefix");
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
        template(fields, "description"),
        genPrefix,
        targetDelimiter,
        fewshotDelimiter,
        fewshot(processDocs, text, target, choice, genPrefix, targetDelimiter, fewshotDelimiter),
        shots(),
        generation,
        repeats(),
        metrics(),
        filters(),
        processResults(),
        functions,
        dump(generation));
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

  private Optional<DocumentsFunction> documents(FieldReader from, String field) {
    Optional<YamlNode> node = from.node(field);
    if (node.isEmpty()) {
      return Optional.empty();
    }
    if (YamlValues.plain(node.get()) instanceof Function function) {
      return functions.find(function, DocumentsFunction.class, problems, warnings);
    }
    problem(node.get().place(), "`" + field + "` is a function", "write `!function module.name`");
    return Optional.empty();
  }

  private Optional<FieldValue> value(FieldReader from, String field) {
    Optional<YamlNode> node = from.node(field);
    if (node.isEmpty()) {
      return Optional.empty();
    }
    Object value = YamlValues.plain(node.get());
    if (value instanceof Function function) {
      return functions
          .find(function, DocumentFunction.class, problems, warnings)
          .map(twin -> new FieldValue.Call(function, twin));
    } else if (value instanceof String) {
      return compiled((YamlScalar) node.get(), field).map(text -> text);
    } else if (field.equals("doc_to_choice") && value instanceof Map<?, ?> map) {
      return Optional.of(new FieldValue.Choices(new ArrayList<>(map.values())));
    } else if (value instanceof List<?> list && !field.equals("doc_to_text")) {
      return Optional.of(new FieldValue.Constant(YamlValues.printable(list)));
    } else if (!field.equals("doc_to_choice") && isWhole(value)) {
      return Optional.of(new FieldValue.Constant(value));
    }
    problem(
        node.get().place(),
        "`" + field + "` is " + node.get().kind() + ", which makes nothing of a document",
        "write a template, the name of a column, or a function");
    return Optional.empty();
  }

  private static boolean isWhole(Object value) {
    return value instanceof Long || value instanceof Boolean;
  }

  private Optional<FieldValue.Text> template(FieldReader from, String field) {
    Optional<YamlScalar> scalar = from.scalar(field);
    if (scalar.isEmpty()) {
      return Optional.empty();
    }
    if (scalar.get().tag().isPresent()) {
      problem(
          scalar.get().place(),
          "`" + field + "` is a template, but this is a function",
          "write a template");
      return Optional.empty();
    }
    return compiled(scalar.get(), field);
  }

  private Optional<FieldValue.Text> compiled(YamlScalar scalar, String field) {
    try {
      JinjaTemplate template = JinjaTemplate.compile(scalar.text(), TemplateSettings.TASK);
      return Optional.of(new FieldValue.Text(scalar.text(), template, scalar));
    } catch (JinjaException e) {
      YamlPlace place =
          e.line() == 0 ? scalar.place() : scalar.placeOf(e.line(), Math.max(1, e.column()));
      problem(place, "`" + field + "` is no template: " + e.reason(), "mend the template");
      return Optional.empty();
    }
  }

  private FewshotConfig fewshot(
      Optional<DocumentsFunction> processDocs,
      Optional<FieldValue> text,
      Optional<FieldValue> target,
      Optional<FieldValue> choice,
      Optional<FieldValue.Text> genPrefix,
      String targetDelimiter,
      String fewshotDelimiter) {
    FieldReader own =
        new FieldReader(
            fields.mapping("fewshot_config").map(YamlMapping::entries).orElse(Map.of()), problems);
    own.refuseOthers(FEWSHOT_FIELDS, "`fewshot_config`");
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
        own.has("split") ? own.text("split") : fields.text("fewshot_split"),
        own.has("process_docs") ? documents(own, "process_docs") : processDocs,
        samples(own),
        own.has("doc_to_text") ? value(own, "doc_to_text") : text,
        own.has("doc_to_target") ? value(own, "doc_to_target") : target,
        own.has("doc_to_choice") ? value(own, "doc_to_choice") : choice,
        own.has("gen_prefix") ? template(own, "gen_prefix") : genPrefix,
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
    problem(
        scalar.get().place(),
        "`" + scalar.get().text() + "` is no sampler of few-shot examples",
        "write default or first_n");
    return Sampler.DEFAULT;
  }

  private Optional<List<Map<String, Object>>> samples(FieldReader own) {
    Optional<YamlNode> node = own.node("samples");
    if (node.isEmpty()) {
      return Optional.empty();
    }
    Object value = YamlValues.plain(node.get());
    if (value instanceof Function function) {
      return functions
          .find(function, DocumentsFunction.class, problems, warnings)
          .map(twin -> twin.apply(List.of()));
    }
    return Optional.of(own.mappings("samples").stream().map(YamlValues::plain).toList());
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

  private Optional<String> processResults() {
    Optional<YamlNode> node = fields.node("process_results");
    if (node.isEmpty()) {
      return Optional.empty();
    }
    if (YamlValues.plain(node.get()) instanceof Function function) {
      functions.find(function, ResultsFunction.class, problems, warnings);
      return Optional.of(function.name());
    }
    problem(node.get().place(), "`process_results` is a function", "write `!function module.name`");
    return Optional.empty();
  }

  private List<MetricSpec> metrics() {
    List<MetricSpec> metrics = new ArrayList<>();
    for (YamlMapping mapping : fields.mappings("metric_list")) {
      Map<String, Object> arguments = YamlValues.plain(mapping);
      Object metric = arguments.remove("metric");
      Object aggregation = arguments.remove("aggregation");
      Object higher = arguments.remove("higher_is_better");
      if (metric == null) {
        problem(mapping.place(), "an entry of `metric_list` has no `metric`", "name the metric");
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
              Optional.ofNullable(aggregation).map(TaskReader::spelled),
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

  private List<FilterPipeline> filters() {
    List<FilterPipeline> filters = new ArrayList<>();
    for (YamlMapping mapping : fields.mappings("filter_list")) {
      FieldReader own = new FieldReader(mapping.entries(), problems);
      Optional<String> title = own.text("name");
      if (title.isEmpty() || own.node("filter").isEmpty()) {
        problem(
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
          problem(step.place(), "a filter has no `function`", "name the filter");
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

  /** The fields as results files list them: those that are given, and the defaults. */
  private Map<String, Object> dump(Map<String, Object> generation) {
    Map<String, Object> dump = new LinkedHashMap<>();
    for (String field : FIELDS) {
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
    for (String field : FEWSHOT_FIELDS) {
      Object otherwise =
          switch (field) {
            case "sampler" -> "default";
            case "split" -> printable("fewshot_split");
            default -> FIELDS.contains(field) ? printable(field) : null;
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
