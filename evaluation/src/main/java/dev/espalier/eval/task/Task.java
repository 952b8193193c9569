package dev.espalier.eval.task;

import dev.espalier.eval.OutputType;
import dev.espalier.eval.Request;
import dev.espalier.eval.TaskDocument;
import dev.espalier.eval.TaskScoring;
import dev.espalier.eval.metric.TaskFunctions;
import dev.espalier.eval.twin.DocumentsFunction;
import dev.espalier.eval.twin.TwinException;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.jinja.PythonText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** A task, read and checked. Immutable and thread-safe. */
public final class Task {
  private final TaskConfig config;

  Task(TaskConfig config) {
    this.config = config;
  }

  public String name() {
    return config.name();
  }

  /** The file that defines it. */
  public String file() {
    return config.file();
  }

  /** How its answers are scored. */
  public TaskScoring scoring() {
    return new TaskScoring(
        config.name(),
        config.alias().orElse(config.name()),
        config.version(),
        config.outputType(),
        config.metrics(),
        config.filters(),
        config.repeats(),
        config.processResults());
  }

  /** What the functions that it names for scoring stand for. */
  public TaskFunctions functions() {
    return config.functions();
  }

  /** Its fields, as results files list them; functions are written as the file spells them. */
  public Map<String, Object> fields() {
    return new LinkedHashMap<>(config.dump());
  }

  /** {@code dataset_path} and {@code dataset_name} with a slash between them. */
  public String dataset() {
    return config.datasetPath().orElse("")
        + config.datasetName().map(name -> "/" + name).orElse("");
  }

  /** The few-shot examples of a prompt if so many are asked for. */
  public int shots(OptionalInt asked) {
    int own = config.shots().orElse(-1);
    return own == 0 ? 0 : asked.orElse(Math.max(own, 0));
  }

  /** As {@link #prepare(PromptOptions, DataMapping, StorageOptions)} on file systems as set up. */
  public PreparedTask prepare(PromptOptions options, DataMapping data) throws TaskException {
    return prepare(options, data, StorageOptions.defaults());
  }

  /**
   * Reads the documents and builds their prompts.
   *
   * @throws TaskException if files are missing, or a document does not have what the task needs
   */
  public PreparedTask prepare(PromptOptions options, DataMapping data, StorageOptions storage)
      throws TaskException {
    Documents documents = new Documents(data, storage);
    String split =
        config
            .evaluatedSplit()
            .orElseThrow(
                () -> new TaskException(name(), "no split is evaluated", "name `test_split`"));
    List<Map<String, Object>> evaluated = split(documents, split, config.processDocs());
    if (evaluated.isEmpty()) {
      throw new TaskException(
          name(), "`process_docs` leaves no document of the split " + split, "check the files");
    }
    int shots = shots(options.shots());
    List<Map<String, Object>> pool = shots > 0 ? pool(documents) : List.of();
    Set<String> columns = new LinkedHashSet<>(evaluated.get(0).keySet());
    DocumentFields fields = new DocumentFields(config, columns);
    boolean inputs;
    try {
      inputs = config.choice().isPresent() && isIndex(fields.text(config.text(), evaluated.get(0)));
    } catch (IllegalArgumentException e) {
      throw refused(0, e);
    }
    Prompts prompts =
        new Prompts(
            config,
            fields,
            inputs,
            shots,
            config.fewshot().split().equals(config.testSplit()),
            new FewshotSampler(config.fewshot().sampler(), pool, options.fewshotSeed()),
            options.systemInstruction(),
            options
                .chatTemplate()
                .map(
                    template ->
                        new ChatPrompt(
                            template, options.templateVariables(), options.multiturn())));
    List<TaskDocument> prepared = new ArrayList<>();
    for (int id : chosen(options, evaluated.size())) {
      try {
        prepared.add(document(id, evaluated.get(id), fields, prompts, options));
      } catch (IllegalArgumentException e) {
        throw refused(id, e);
      }
    }
    return new PreparedTask(name(), shots, evaluated.size(), prepared);
  }

  private TaskException refused(int id, IllegalArgumentException e) {
    return new TaskException(
        name() + ", document " + id, e.getMessage(), "mend the task file or the document");
  }

  private static boolean isIndex(Object value) {
    return value instanceof Long || value instanceof Boolean;
  }

  private List<Map<String, Object>> split(
      Documents documents, String split, Optional<DocumentsFunction> process) throws TaskException {
    List<Map<String, Object>> read = documents.read(config, split);
    try {
      return process.isPresent() ? process.get().apply(read) : read;
    } catch (TwinException e) {
      throw new TaskException(
          name() + ", split " + split,
          "`process_docs` cannot be applied: " + e.getMessage(),
          "give the documents the columns of the data set");
    }
  }

  /** The documents that few-shot examples are drawn from. */
  private List<Map<String, Object>> pool(Documents documents) throws TaskException {
    TaskConfig.FewshotConfig fewshot = config.fewshot();
    if (fewshot.split().isPresent()) {
      return split(documents, fewshot.split().get(), fewshot.processDocs());
    }
    if (fewshot.samples().isPresent()) {
      return fewshot.samples().get();
    }
    String split =
        config
            .trainingSplit()
            .or(config::validationSplit)
            .or(config::testSplit)
            .orElseThrow(
                () -> new TaskException(name(), "no split has examples", "name `fewshot_split`"));
    return split(documents, split, config.processDocs());
  }

  private static List<Integer> chosen(PromptOptions options, int count) throws TaskException {
    List<Integer> all = new ArrayList<>();
    if (!options.samples().isEmpty()) {
      for (int id : new java.util.TreeSet<>(options.samples())) {
        if (id < 0 || id >= count) {
          throw new TaskException(
              "samples", "there is no document " + id + " of " + count, "name others");
        }
        all.add(id);
      }
      return all;
    }
    double limit = options.limit().orElse(count);
    long most = limit < 1 ? (long) Math.ceil(count * limit) : (long) limit;
    // A limit of nothing is none.
    long end = most <= 0 ? count : Math.min(most, count);
    for (int id = 0; id < end; id++) {
      all.add(id);
    }
    return all;
  }

  private TaskDocument document(
      int id,
      Map<String, Object> document,
      DocumentFields fields,
      Prompts prompts,
      PromptOptions options) {
    List<String> contexts = prompts.contexts(document);
    Object text = fields.text(config.text(), document);
    Object target = fields.target(config.target(), document);
    List<Object> choices =
        config.choice().isPresent() ? fields.choices(config.choice(), document) : List.of();
    List<String> written = choices.stream().map(PythonText::str).toList();
    return new TaskDocument(
        id,
        document,
        text,
        target,
        written,
        requests(contexts, target, written, prompts.inputs(), options));
  }

  private List<Request> requests(
      List<String> contexts,
      Object target,
      List<String> choices,
      boolean inputs,
      PromptOptions options) {
    List<Request> requests = new ArrayList<>();
    switch (config.outputType()) {
      case LOGLIKELIHOOD ->
          requests.add(new Request.Loglikelihood(contexts.get(0), requireText(target)));
      case LOGLIKELIHOOD_ROLLING ->
          requests.add(new Request.RollingLoglikelihood(requireText(target)));
      case GENERATE_UNTIL -> {
        Map<String, Object> arguments = new LinkedHashMap<>(config.generation());
        arguments.putAll(options.generation());
        requests.add(new Request.GenerateUntil(contexts.get(0), arguments));
      }
      case MULTIPLE_CHOICE -> {
        String delimiter = delimiter(options);
        if (inputs) {
          String continuation = delimiter + PythonText.str(target);
          contexts.forEach(each -> requests.add(new Request.Loglikelihood(each, continuation)));
        } else {
          choices.forEach(
              choice ->
                  requests.add(new Request.Loglikelihood(contexts.get(0), delimiter + choice)));
        }
        if (config.hasMetric("acc_mutual_info")) {
          choices.forEach(
              choice -> requests.add(new Request.Loglikelihood("", delimiter + choice)));
        }
      }
    }
    return requests;
  }

  private String delimiter(PromptOptions options) {
    if (options.chatTemplate().isEmpty()) {
      return config.targetDelimiter();
    }
    String prefix = config.genPrefix().map(FieldValue.Text::text).orElse("");
    return prefix.isEmpty() || Turn.endsWithSpace(prefix) ? "" : config.targetDelimiter();
  }

  private String requireText(Object target) {
    if (target instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException(
        "`doc_to_target` gives "
            + PythonText.repr(target)
            + ", but "
            + config.outputType().spelling()
            + " needs a text");
  }

  OutputType outputType() {
    return config.outputType();
  }
}
