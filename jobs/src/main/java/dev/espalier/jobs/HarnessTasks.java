package dev.espalier.jobs;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.engine.text.ChatTemplate;
import dev.espalier.eval.task.DataMapping;
import dev.espalier.eval.task.PreparedTask;
import dev.espalier.eval.task.PromptOptions;
import dev.espalier.eval.task.Task;
import dev.espalier.eval.task.TaskException;
import dev.espalier.eval.task.TaskLibrary;
import dev.espalier.eval.task.TaskSelection;
import dev.espalier.io.storage.StorageOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which tasks are exchanged with lm-evaluation-harness, and how their prompts are built. */
final class HarnessTasks {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Option(
      names = "--tasks",
      paramLabel = "A,B",
      split = ",",
      required = true,
      description = "Tasks, groups, tags, patterns such as mmlu_*, or files.")
  private List<String> tasks = new ArrayList<>();

  @Option(
      names = "--task-dir",
      paramLabel = "DIR",
      description = "A directory of task files; may be repeated.")
  private List<String> directories = new ArrayList<>();

  @Option(
      names = "--data",
      paramLabel = "NAME=PATH",
      description =
          "Where the documents of a data set lie, or a YAML file with a mapping from names to"
              + " paths; may be repeated.")
  private List<String> data = new ArrayList<>();

  @Option(
      names = "--shots",
      paramLabel = "N",
      description = "Few-shot examples before each question.")
  private Integer shots;

  @Option(
      names = "--fewshot-seed",
      paramLabel = "N",
      description = "Of the random numbers that choose them; 1234 unless given.")
  private Long fewshotSeed;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Documents of each task; below 1 a part of them.")
  private Double limit;

  @Option(
      names = "--chat",
      paramLabel = "MODEL",
      description = "Writes prompts by the chat template of this model.")
  private String chat;

  @Option(
      names = "--no-multiturn",
      description = "Puts few-shot examples and question into one turn of the user.")
  private boolean oneTurn;

  @Option(names = "--system", paramLabel = "TEXT", description = "An instruction before all else.")
  private String system;

  @Option(
      names = "--gen",
      paramLabel = "NAME=VALUE",
      description = "Takes the place of an entry of generation_kwargs; may be repeated.")
  private Map<String, String> generation = new LinkedHashMap<>();

  @Mixin private StorageSettings storage = new StorageSettings();

  StorageOptions storage() throws ConfigurationException {
    return storage.options();
  }

  TaskSelection selection() throws ConfigurationException {
    try {
      return TaskLibrary.open(directories, storage()).find(tasks);
    } catch (TaskException e) {
      throw new ConfigurationException(e.problems());
    }
  }

  /** A task's documents with their requests. */
  PreparedTask prepare(Task task) throws ConfigurationException, IOException {
    try {
      return task.prepare(options(), data(), storage());
    } catch (TaskException e) {
      throw new ConfigurationException(e.problems());
    }
  }

  private DataMapping data() throws ConfigurationException, TaskException {
    Map<String, Object> mapping = new LinkedHashMap<>();
    for (String entry : data) {
      int equals = entry.indexOf('=');
      if (equals > 0) {
        mapping.put(entry.substring(0, equals), entry.substring(equals + 1));
      } else {
        DataFile.read(Path.of(entry))
            .orElseThrow(
                () ->
                    new ConfigurationException(
                        "--data " + entry,
                        "it is neither NAME=PATH nor a YAML file of such a mapping",
                        "write --data allenai/ai2_arc=data/arc"))
            .properties()
            .forEach(
                field ->
                    mapping.put(field.getKey(), JSON.convertValue(field.getValue(), Object.class)));
      }
    }
    return DataMapping.of(mapping, "--data");
  }

  private PromptOptions options() throws ConfigurationException, IOException {
    PromptOptions options = PromptOptions.DEFAULT;
    if (shots != null) {
      options = options.withShots(shots);
    }
    if (fewshotSeed != null) {
      options = options.withFewshotSeed(fewshotSeed);
    }
    if (limit != null) {
      options = options.withLimit(limit);
    }
    if (chat != null) {
      Path directory = ModelCache.ofUser(storage()).resolve(chat).path();
      ChatTemplate template =
          ChatTemplate.load(directory)
              .orElseThrow(
                  () ->
                      new ConfigurationException(
                          "--chat " + chat, "the model has no chat template", "leave out --chat"));
      options = options.withChatTemplate(template, Map.of()).withMultiturn(!oneTurn);
    }
    if (system != null) {
      options = options.withSystemInstruction(system);
    }
    if (!generation.isEmpty()) {
      Map<String, Object> arguments = new LinkedHashMap<>();
      generation.forEach((name, value) -> arguments.put(name, value(value)));
      options = options.withGeneration(arguments);
    }
    return options;
  }

  /** A value as the harness reads it from its command line. */
  private static Object value(String text) {
    if (text.matches("[-+]?[0-9]{1,18}")) {
      return Long.valueOf(text);
    }
    if (text.matches("[-+]?([0-9]+\\.[0-9]*|\\.[0-9]+|[0-9]+)([eE][-+]?[0-9]+)?")) {
      return Double.valueOf(text);
    }
    return text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")
        ? (Object) Boolean.valueOf(text)
        : text;
  }
}
