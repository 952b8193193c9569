package dev.espalier.jobs;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.open.ModelRunners;
import dev.espalier.eval.TaskGroup;
import dev.espalier.eval.metric.TaskScorer;
import dev.espalier.eval.sweep.CellPlan;
import dev.espalier.eval.task.DataMapping;
import dev.espalier.eval.task.PromptOptions;
import dev.espalier.eval.task.Task;
import dev.espalier.eval.task.TaskException;
import dev.espalier.eval.task.TaskLibrary;
import dev.espalier.eval.task.TaskSelection;
import dev.espalier.io.FileProblemException;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.io.table.OutputCheck;
import dev.espalier.io.table.WriteOptions;
import dev.espalier.jinja.JinjaException;
import dev.espalier.jobs.eval.Change;
import dev.espalier.jobs.eval.PlainYaml;
import dev.espalier.jobs.eval.ProgramTask;
import dev.espalier.jobs.eval.SweepFile;
import dev.espalier.jobs.eval.TaskSource;
import dev.espalier.jobs.fields.JobVariables;
import dev.espalier.row.Problem;
import dev.espalier.yaml.NearestName;
import dev.espalier.yaml.YamlMapping;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Looks at everything a sweep names, before any work, and reports all problems together. */
final class SweepCheck {
  private final Path file;
  private final SweepFile sweep;
  private final StorageOptions storage;
  private final JobVariables variables;
  private final List<Problem> problems;
  private final Set<Problem> warnings = new LinkedHashSet<>();

  /** Models by all that their jobs say. */
  private final Map<String, Optional<ModelOfSweep>> models = new LinkedHashMap<>();

  /** Tasks by the entry that names them and the fields that are changed. */
  private final Map<String, Optional<TaskSelection>> selections = new LinkedHashMap<>();

  private final ProgramTaskCheck programs;

  private final Map<String, TaskGroup> groups = new LinkedHashMap<>();
  private Optional<TaskLibrary> library = Optional.empty();
  private DataMapping data = DataMapping.NONE;

  /** Names of tasks, and of entries that stand for several. */
  private final Set<String> taskNames = new LinkedHashSet<>();

  private SweepCheck(
      Path file,
      SweepFile sweep,
      StorageOptions storage,
      JobVariables variables,
      List<Problem> problems) {
    this.file = file;
    this.sweep = sweep;
    this.storage = storage;
    this.variables = variables;
    this.problems = new ArrayList<>(problems);
    this.programs = new ProgramTaskCheck(file, variables, this.problems, warnings);
  }

  /**
   * @param file that paths are relative to
   * @param variables what paths mean by {@code {{ … }}}
   * @param runs whether it is going to run here
   * @param err gets warnings
   * @throws ConfigurationException with everything that is wrong
   */
  static Sweep prepare(
      Path file,
      SweepFile.Reading reading,
      StorageOptions storage,
      JobVariables variables,
      boolean runs,
      PrintWriter err)
      throws ConfigurationException {
    if (reading.sweep().isEmpty()) {
      throw new ConfigurationException(reading.problems());
    }
    SweepCheck check =
        new SweepCheck(file, reading.sweep().get(), storage, variables, reading.problems());
    Sweep sweep = check.sweep(runs);
    if (!check.problems.isEmpty()) {
      check.documents(sweep);
      throw new ConfigurationException(List.copyOf(new LinkedHashSet<>(check.problems)));
    }
    check.warnings.forEach(warning -> err.println("warning: " + warning));
    err.flush();
    return sweep;
  }

  /** What is wrong with documents is said with the rest; those of one model are those of all. */
  private void documents(Sweep sweep) {
    for (Sweep.PlannedCell cell : sweep.cells()) {
      if (cell.plan().model().equals(sweep.cells().get(0).plan().model())) {
        try {
          var unused = cell.plan().source().documents();
        } catch (CellPlan.UnusableException e) {
          problems.addAll(e.problems());
        }
      }
    }
  }

  private Sweep sweep(boolean runs) {
    openLibrary();
    String output = JobFileReader.path(file, sweep.output());
    if (runs && !output.isEmpty()) {
      try {
        OutputCheck.writable(WriteOptions.of(output, "sweep", 1).withStorage(storage));
      } catch (FileProblemException e) {
        problems.add(new Problem("output", e.problem(), e.remedy()));
      }
    }
    List<Sweep.PlannedCell> cells = new ArrayList<>();
    for (Map.Entry<String, YamlMapping> model : sweep.models().entrySet()) {
      for (SweepFile.TaskEntry entry : sweep.tasks()) {
        for (Combination combination : combinations()) {
          Change change = sweep.all().with(entry.change()).with(combination.change());
          cells.addAll(cells(model, entry, combination.values(), change, runs));
        }
      }
    }
    for (SweepFile.Choice choice :
        problems.isEmpty() ? sweep.exclude() : List.<SweepFile.Choice>of()) {
      for (String task : choice.values().getOrDefault("task", List.of())) {
        if (!taskNames.contains(task)) {
          problems.add(
              new Problem(
                  choice.place(),
                  "exclude names the task " + task + ", which the sweep does not have",
                  "name one of `tasks`, or one that it stands for"
                      + NearestName.hint("; ", task, taskNames)));
        }
      }
    }
    if (cells.isEmpty() && problems.isEmpty()) {
      problems.add(
          new Problem(
              file.toString(), "every combination is excluded", "take something out of exclude"));
    }
    return new Sweep(
        sweep.name(),
        output,
        storage,
        cells,
        List.copyOf(groups.values()),
        sweep.names(),
        sweep.harness(),
        sweep.label(),
        variables.fill("{{ at }}"));
  }

  /** A value of each axis, and what they change together. */
  private record Combination(Map<String, String> values, Change change) {}

  private List<Combination> combinations() {
    List<Combination> all =
        List.of(new Combination(Map.of(), Change.none(sweep.all().task().place())));
    for (SweepFile.Axis axis : sweep.axes()) {
      if (axis.values().isEmpty()) {
        continue; // said already
      }
      List<Combination> more = new ArrayList<>();
      for (Combination before : all) {
        axis.values()
            .forEach(
                (name, change) -> {
                  Map<String, String> values = new LinkedHashMap<>(before.values());
                  values.put(axis.name(), name);
                  more.add(new Combination(values, before.change().with(change)));
                });
      }
      all = more;
    }
    return all;
  }

  private void openLibrary() {
    try {
      List<String> directories =
          sweep.taskDirectories().stream().map(path -> JobFileReader.path(file, path)).toList();
      TaskLibrary opened = TaskLibrary.open(directories, storage);
      warnings.addAll(opened.warnings());
      library = Optional.of(opened);
      data = DataMapping.of(resolved(sweep.data()), "data");
    } catch (TaskException e) {
      problems.addAll(e.problems());
    } catch (JinjaException e) {
      problems.add(new Problem("data", e.reason(), "names in paths are at, date, and so on"));
    }
  }

  private Map<String, Object> resolved(Map<?, ?> paths) {
    Map<String, Object> resolved = new LinkedHashMap<>();
    paths.forEach((name, path) -> resolved.put((String) name, resolved(path)));
    return resolved;
  }

  private Object resolved(Object path) {
    if (path instanceof Map<?, ?> map) {
      return resolved(map);
    }
    if (path instanceof List<?> list) {
      return list.stream().map(this::resolved).toList();
    }
    return path instanceof String text ? JobFileReader.path(file, variables.fill(text)) : path;
  }

  private List<Sweep.PlannedCell> cells(
      Map.Entry<String, YamlMapping> named,
      SweepFile.TaskEntry entry,
      Map<String, String> axes,
      Change change,
      boolean runs) {
    Optional<TaskSelection> selection =
        entry.program().isPresent() ? Optional.empty() : selection(entry, change);
    Optional<ModelOfSweep> model =
        model(named.getKey(), PlainYaml.merged(named.getValue(), change.job()), runs);
    List<Sweep.PlannedCell> cells = new ArrayList<>();
    if (entry.program().isPresent()) {
      taskNames.add(entry.name());
      Optional<ProgramTask> task = programs.task(entry, change, model);
      if (task.isPresent() && model.isPresent() && !isExcluded(named, entry.name(), axes)) {
        programs.cell(model.get(), task.get(), axes, change).ifPresent(cells::add);
      }
      return cells;
    }
    if (selection.isEmpty() || model.isEmpty()) {
      return cells;
    }
    taskNames.add(entry.name());
    for (Task task : selection.get().tasks()) {
      taskNames.add(task.name());
      if (!isExcluded(named, task.name(), axes) && !isExcluded(named, entry.name(), axes)) {
        cell(model.get(), task, axes, change).ifPresent(cells::add);
      }
    }
    return cells;
  }

  private boolean isExcluded(
      Map.Entry<String, YamlMapping> model, String task, Map<String, String> axes) {
    Map<String, String> combination = new LinkedHashMap<>(axes);
    combination.put("model", model.getKey());
    combination.put("task", task);
    return sweep.exclude().stream().anyMatch(choice -> choice.holds(combination));
  }

  private Optional<Sweep.PlannedCell> cell(
      ModelOfSweep model, Task task, Map<String, String> axes, Change change) {
    try {
      TaskScorer scorer = TaskScorer.of(task.scoring(), task.functions());
      PromptOptions options = options(model, change);
      CellPlan plan =
          new CellPlan(
              model.name(),
              axes,
              new TaskSource(task, scorer, options, data, storage),
              change.seed().orElse(0),
              change.thinkEnd().orElse(""));
      return Optional.of(
          new Sweep.PlannedCell(
              plan, change.addBos().isPresent() ? model.withAddBos(change.addBos()) : model));
    } catch (IllegalArgumentException e) {
      problems.add(
          new Problem(task.file(), e.getMessage(), "leave the task out, or change its file"));
      return Optional.empty();
    }
  }

  private PromptOptions options(ModelOfSweep model, Change change) {
    PromptOptions options = PromptOptions.DEFAULT.withGeneration(change.sampling());
    if (change.fewshot().isPresent()) {
      options = options.withShots(change.fewshot().getAsInt());
    }
    if (change.fewshotSeed().isPresent()) {
      options = options.withFewshotSeed(change.fewshotSeed().getAsLong());
    }
    if (change.system().filter(text -> !text.isEmpty()).isPresent()) {
      options = options.withSystemInstruction(change.system().get());
    }
    if (change.multiturn().isPresent()) {
      options = options.withMultiturn(change.multiturn().get());
    }
    if (change.limit().isPresent()) {
      options = options.withLimit(change.limit().getAsDouble());
    }
    if (change.chat().orElse(false)) {
      if (model.template().isEmpty()) {
        throw new IllegalArgumentException(
            "chat is true, and the model " + model.name() + " has no chat template");
      }
      options = options.withChatTemplate(model.template().get(), change.template());
    }
    return options;
  }

  private Optional<TaskSelection> selection(SweepFile.TaskEntry entry, Change change) {
    if (library.isEmpty()) {
      return Optional.empty(); // said already
    }
    String key = entry.name() + " " + PlainYaml.of(change.task());
    return selections.computeIfAbsent(
        key,
        unknown -> {
          try {
            String name =
                entry.name().matches(".*\\.ya?ml")
                    ? JobFileReader.path(file, entry.name())
                    : entry.name();
            TaskSelection found = library.get().find(List.of(name), change.task().entries());
            found.groups().forEach(group -> groups.putIfAbsent(group.name(), group));
            warnings.addAll(found.warnings());
            return Optional.of(found);
          } catch (TaskException e) {
            e.problems().forEach(problem -> problems.add(placed(problem, entry)));
            return Optional.empty();
          }
        });
  }

  /** A name that nobody knows stands where the sweep has it. */
  private static Problem placed(Problem problem, SweepFile.TaskEntry entry) {
    return problem.location().equals(entry.name())
        ? new Problem(entry.place(), entry.name() + ": " + problem.message(), problem.remedy())
        : problem;
  }

  private Optional<ModelOfSweep> model(String name, YamlMapping fields, boolean runs) {
    return models.computeIfAbsent(
        name + " " + PlainYaml.of((dev.espalier.yaml.YamlNode) fields),
        unknown -> {
          List<Problem> found = new ArrayList<>();
          JobFile job = JobFileReader.ofFields(file, fields, variables, found).withStorage(storage);
          problems.addAll(found);
          if (!found.isEmpty()) {
            return Optional.empty();
          }
          String place = fields.get("model").map(node -> node.place().toString()).orElse(name);
          try {
            if (runs && job.runner().master().isEmpty()) {
              ModelRunners.requireDevices(job.engine());
            }
            return Optional.of(ModelOfSweep.of(name, job));
          } catch (EngineException | IOException e) {
            problems.add(new Problem(place, e.getMessage(), ""));
            return Optional.empty();
          }
        });
  }
}
