package dev.espalier.jobs;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.jobs.fields.JobVariables;
import dev.espalier.row.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier eval}. */
@Command(
    name = "eval",
    description =
        "Runs the evaluations of a sweep that are not done yet: models on tasks in the form of"
            + " lm-evaluation-harness. Without a sweep's file, one model on some tasks.",
    mixinStandardHelpOptions = true)
final class EvalCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "SWEEP.yaml", arity = "0..1", description = "The sweep's file.")
  private Path file;

  @Option(
      names = "--set",
      paramLabel = "a.b=value",
      description = "Sets a field of the sweep's file; may be repeated.")
  private List<String> settings = new ArrayList<>();

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description = "builtin:nano or a directory; may be repeated.")
  private List<String> models = new ArrayList<>();

  @Option(
      names = "--tasks",
      paramLabel = "A,B",
      split = ",",
      description = "Tasks, groups, tags, patterns such as mmlu_*, or files.")
  private List<String> tasks = new ArrayList<>();

  @Option(
      names = "--task-dir",
      paramLabel = "DIR",
      description = "A directory of task files; may be repeated.")
  private List<String> taskDirectories = new ArrayList<>();

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
      split = ",",
      description = "Few-shot examples before each question; several numbers are an axis.")
  private List<Integer> shots = new ArrayList<>();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Documents of each task; below 1 a part of them.")
  private String limit;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "The sweep's directory; out/eval unless given.")
  private String output;

  @Option(names = "--chat", description = "Writes prompts by the model's chat template.")
  private boolean chat;

  @Option(names = "--system", paramLabel = "TEXT", description = "An instruction before all else.")
  private String system;

  @Option(names = "--seed", paramLabel = "N", description = "Of texts that are sampled.")
  private Long seed;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description = "cpu, cuda:0, or several GPUs: cuda:0,cuda:1.")
  private String device;

  @Option(names = "--runner", paramLabel = "NAME", description = "auto, direct or flink.")
  private String runner;

  @Option(
      names = "--flink-master",
      paramLabel = "HOST:PORT",
      description = "A Flink cluster; without it, --runner flink runs inside this process.")
  private String flinkMaster;

  @Option(
      names = "--results",
      paramLabel = "harness",
      description = "Writes results and samples as lm-evaluation-harness does, too.")
  private String results;

  @Option(
      names = "--wait",
      description = "Waits while another process writes to the same directory.")
  private boolean wait;

  @Mixin private LogicalTime at = new LogicalTime();
  @Mixin private StorageSettings storage = new StorageSettings();

  @Override
  public Integer call() throws Exception {
    StorageOptions reached = storage.options();
    List<Problem> problems = new ArrayList<>();
    JobVariables variables = at.variables(problems);
    SweepOptions options =
        file == null
            ? SweepOptions.of(
                Path.of("espalier eval"), sweep(), settingsOfSweep(), reached, variables)
            : SweepOptions.of(file, settingsOfFile(), reached, variables);
    refuseBoth();
    BeamWarmUp.begin();
    Sweep sweep =
        SweepCheck.prepare(
            file == null ? Path.of("eval.yaml") : options.file(),
            options.with(problems).reading(),
            reached,
            variables,
            true,
            spec.commandLine().getErr());
    return new SweepRun(sweep, command(), spec.commandLine().getOut(), spec.commandLine().getErr())
        .run(wait);
  }

  /** Settings, and what the other options set in a file. */
  private List<String> settingsOfFile() {
    List<String> all = new ArrayList<>();
    add("limit", limit, all);
    add("output", output == null ? null : Path.of(output).toAbsolutePath().toString(), all);
    add("system", system, all);
    add("seed", seed, all);
    add("engine.device", device == null ? null : "[" + device + "]", all);
    add("results", results, all);
    if (chat) {
      all.add("chat=true");
    }
    if (shots.size() == 1) {
      all.add("fewshot=" + shots.get(0));
    } else if (!shots.isEmpty()) {
      all.add("axes.fewshot=" + shots);
    }
    all.addAll(settingsOfSweep());
    return all;
  }

  /** Settings, and what is said of the runner. */
  private List<String> settingsOfSweep() {
    List<String> all = new ArrayList<>(settings);
    add("runner.name", runner, all);
    add("runner.master", flinkMaster, all);
    return all;
  }

  private static void add(String field, Object value, List<String> settings) {
    if (value instanceof String text && !text.startsWith("[")) {
      settings.add(field + "='" + text.replace("'", "''") + "'");
    } else if (value != null) {
      settings.add(field + "=" + value);
    }
  }

  /** What a sweep's file says and the options for want of one do not go together. */
  private void refuseBoth() throws ConfigurationException {
    List<Problem> problems = new ArrayList<>();
    boolean isShort = !models.isEmpty() || !tasks.isEmpty() || !data.isEmpty();
    if (file != null && isShort) {
      problems.add(
          new Problem(
              file.toString(),
              "a sweep's file is given together with --model, --tasks or --data",
              "change the file, or a field of it by --set a.b=value"));
    }
    if (file == null && (models.isEmpty() || tasks.isEmpty())) {
      problems.add(
          new Problem(
              "espalier eval",
              "there is neither a sweep's file nor --model with --tasks",
              "write espalier eval SWEEP.yaml, or espalier eval --model builtin:nano --tasks A,B"
                  + " --task-dir DIR --data NAME=PATH"));
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
  }

  /** The sweep that the options are short for. */
  private String sweep() throws ConfigurationException {
    ObjectNode sweep = JSON.createObjectNode();
    sweep.put("name", "eval");
    sweep.put("output", output == null ? "out/eval" : output);
    ObjectNode named = sweep.putObject("models");
    models.forEach(model -> named.put(nameOf(model), model));
    if (device != null) {
      ArrayNode devices = sweep.putObject("engine").putArray("device");
      Arrays.stream(device.split(",", -1)).map(String::strip).forEach(devices::add);
    }
    array("taskDirectories", taskDirectories, sweep);
    array("tasks", tasks, sweep);
    if (shots.size() == 1) {
      sweep.put("fewshot", shots.get(0));
    } else if (!shots.isEmpty()) {
      ArrayNode axis = sweep.putObject("axes").putArray("fewshot");
      shots.forEach(axis::add);
    }
    if (limit != null) {
      sweep.put("limit", limit);
    }
    if (chat) {
      sweep.put("chat", true);
    }
    if (system != null) {
      sweep.put("system", system);
    }
    if (seed != null) {
      sweep.put("seed", seed);
    }
    if (results != null) {
      sweep.put("results", results);
    }
    ObjectNode mapping = sweep.putObject("data");
    for (String entry : data) {
      data(entry, mapping);
    }
    return sweep.toString();
  }

  private static void array(String field, List<String> texts, ObjectNode to) {
    ArrayNode list = to.putArray(field);
    texts.forEach(list::add);
  }

  private static String nameOf(String model) {
    String name = model.replaceAll("/+$", "");
    return name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf(':')) + 1);
  }

  private static void data(String entry, ObjectNode mapping) throws ConfigurationException {
    int equals = entry.indexOf('=');
    if (equals > 0) {
      mapping.put(entry.substring(0, equals), entry.substring(equals + 1));
      return;
    }
    Path file = Path.of(entry);
    Optional<ObjectNode> read = Files.isRegularFile(file) ? DataFile.read(file) : Optional.empty();
    if (read.isEmpty()) {
      throw new ConfigurationException(
          "--data " + entry,
          "it is neither NAME=PATH nor a YAML file of such a mapping",
          "write --data allenai/ai2_arc=data/arc");
    }
    mapping.setAll(read.get());
  }

  /** The command line again, for a shell; properties may hold secrets, and are told as they may. */
  private String command() {
    StringBuilder line = new StringBuilder("espalier");
    boolean isProperty = false;
    for (String word : spec.commandLine().getParseResult().originalArgs()) {
      if (!isProperty && !word.startsWith("-D")) {
        line.append(' ').append(JobOverrides.quoted(word));
      }
      isProperty = word.equals("-D");
    }
    return line.append(storage.words()).toString();
  }
}
