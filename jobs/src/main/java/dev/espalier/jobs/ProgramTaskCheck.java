package dev.espalier.jobs;

import dev.espalier.eval.metric.TaskFunctions;
import dev.espalier.eval.metric.TaskScorer;
import dev.espalier.eval.sweep.CellPlan;
import dev.espalier.io.FileProblemException;
import dev.espalier.io.read.InputCheck;
import dev.espalier.io.read.ReadOptions;
import dev.espalier.jobs.eval.Change;
import dev.espalier.jobs.eval.ProgramTask;
import dev.espalier.jobs.eval.SweepFile;
import dev.espalier.jobs.fields.JobVariables;
import dev.espalier.program.source.FieldUse;
import dev.espalier.program.source.InvalidProgramException;
import dev.espalier.program.source.ProgramCheck;
import dev.espalier.program.source.ProgramSource;
import dev.espalier.row.Column;
import dev.espalier.row.Problem;
import dev.espalier.yaml.NearestName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Looks at the tasks of a sweep that are programs, before any work: at their metrics, values and
 * rows, and at the programs themselves.
 */
final class ProgramTaskCheck {
  private final Path file;
  private final JobVariables variables;
  private final List<Problem> problems;
  private final Set<Problem> warnings;

  /** Tasks by the places of their entries and the programs that are in their place. */
  private final Map<String, Optional<ProgramTask>> tasks = new LinkedHashMap<>();

  /**
   * @param file that paths are relative to
   * @param problems gets what is wrong
   * @param warnings gets what may be wrong
   */
  ProgramTaskCheck(
      Path file, JobVariables variables, List<Problem> problems, Set<Problem> warnings) {
    this.file = file;
    this.variables = variables;
    this.problems = problems;
    this.warnings = warnings;
  }

  /** A task that is a program, looked over once. */
  Optional<ProgramTask> task(
      SweepFile.TaskEntry entry, Change change, Optional<ModelOfSweep> model) {
    return tasks.computeIfAbsent(
        entry.place() + " " + change.program().orElse(""),
        unknown -> {
          List<Problem> found = new ArrayList<>();
          ProgramTask read = ProgramTask.read(entry.program().orElseThrow(), variables, found);
          ProgramTask task = read.withProgram(change.program().orElse(read.program()));
          scoring(task, found);
          values(task, found);
          model.ifPresent(known -> rows(task, known, found));
          problems.addAll(found);
          return found.isEmpty() ? Optional.of(task) : Optional.empty();
        });
  }

  /** Holds the metrics of a program against its answers, each by itself. */
  private static void scoring(ProgramTask task, List<Problem> found) {
    for (int i = 0; i < task.metrics().size(); i++) {
      try {
        var unused = TaskScorer.of(task.scoring(task.metrics().get(i)), TaskFunctions.NONE);
      } catch (IllegalArgumentException e) {
        String message = e.getMessage();
        String place = task.places().getOrDefault("metrics." + i, task.places().get("metrics"));
        found.add(
            new Problem(
                place, message.substring(message.indexOf('\n') + 1).strip(), "change the metric"));
      }
    }
  }

  /** Holds what the task reads of the program's values against them. */
  private void values(ProgramTask task, List<Problem> found) {
    Optional<List<String>> values = columns(task.program(), task.places().get("program"), found);
    Optional<List<String>> ofJudge =
        task.judge()
            .flatMap(judge -> columns(judge.program(), task.places().get("judge.program"), found));
    found.addAll(task.check(values, ofJudge));
  }

  /** Names of the values of a program; empty if it does not say, or cannot be read. */
  private Optional<List<String>> columns(String program, String place, List<Problem> found) {
    if (program.isEmpty()) {
      return Optional.empty(); // said already
    }
    String path = JobFileReader.programPath(file, program);
    try {
      return JobCheck.programOf(path, Optional.empty())
          .load()
          .columns()
          .map(columns -> columns.stream().map(Column::name).toList());
    } catch (InvalidProgramException e) {
      for (Problem problem : e.problems()) {
        boolean isWhole =
            problem.location().equals(path) || problem.location().equals("class " + path);
        found.add(
            isWhole
                ? new Problem(
                    place, problem.location() + ": " + problem.message(), problem.remedy())
                : problem);
      }
      return Optional.empty();
    }
  }

  /** Holds the fields that the program and its judge read against the input. */
  private void rows(ProgramTask task, ModelOfSweep model, List<Problem> found) {
    if (task.input().isEmpty()) {
      return; // said already
    }
    String path = JobFileReader.path(file, task.input());
    ReadOptions options;
    try {
      options = ProgramCell.input(task, path, model.job().storage());
    } catch (IOException e) {
      FileProblemException problem = FileProblemException.unreadable(path, e);
      found.add(new Problem(task.places().get("input"), problem.problem(), problem.remedy()));
      return;
    }
    InputCheck input = InputCheck.of(options);
    input
        .problems()
        .forEach(
            problem ->
                found.add(
                    new Problem(task.places().get("input"), problem.problem(), problem.remedy())));
    if (!input.problems().isEmpty()) {
      return;
    }
    if (!task.expect().isEmpty()
        && !ProgramTask.isTemplate(task.expect())
        && !input.fields().isEmpty()
        && !input.fields().contains(task.expect())) {
      found.add(
          new Problem(
              task.places().get("expect"),
              "no row of the input that was looked at has a field `" + task.expect() + "`",
              "there are "
                  + String.join(", ", input.fields())
                  + NearestName.hint("; ", task.expect(), input.fields())));
    }
    List<String> names = new ArrayList<>(List.of(task.program()));
    task.judge().ifPresent(judge -> names.add(judge.program()));
    for (String name : names) {
      try {
        ProgramSource source =
            JobCheck.programOf(JobFileReader.programPath(file, name), Optional.empty());
        List<FieldUse> ofRow =
            source.rowFields().stream().filter(use -> !isGiven(use, task, name)).toList();
        ProgramReview review =
            ProgramReview.of(new ProgramCheck(List.of(), List.of()), ofRow, input);
        found.addAll(review.problems());
        warnings.addAll(review.warnings());
      } catch (InvalidProgramException e) {
        // Said already.
      }
    }
  }

  /** Whether a field is one that the sweep gives to the rows of a program. */
  private static boolean isGiven(FieldUse use, ProgramTask task, String program) {
    String field = use.path().get(0);
    boolean ofJudge = task.judge().filter(judge -> judge.program().equals(program)).isPresent();
    return field.equals("vars") || (ofJudge && (field.equals("first") || field.equals("second")));
  }

  /** A cell of such a task, with the programs that it runs. */
  Optional<Sweep.PlannedCell> cell(
      ModelOfSweep model, ProgramTask task, Map<String, String> axes, Change change) {
    long seed = change.seed().orElse(0);
    JobFile job =
        model
            .job()
            .withProgram(JobFileReader.programPath(file, task.program()))
            .withSeed(seed)
            .onInput(JobFileReader.path(file, task.input()));
    List<String> hashes = new ArrayList<>();
    Map<String, String> names = new LinkedHashMap<>();
    names.put("program", job.program());
    task.judge()
        .ifPresent(
            judge -> names.put("judge.program", JobFileReader.programPath(file, judge.program())));
    for (Map.Entry<String, String> program : names.entrySet()) {
      List<Problem> found =
          JobCheck.ofFiles(
              new JobFile.Reading(
                  Optional.of(job.withProgram(program.getValue())),
                  List.of(),
                  Map.of("program", task.places().get(program.getKey()))));
      problems.addAll(found);
      if (found.isEmpty()) {
        try {
          hashes.add(JobCheck.programOf(program.getValue(), Optional.empty()).hash());
        } catch (InvalidProgramException e) {
          problems.addAll(e.problems());
        }
      }
    }
    try {
      TaskScorer scorer = TaskScorer.of(task.scoring(), TaskFunctions.NONE);
      ProgramCell source =
          new ProgramCell(
              task, job, String.join(" ", hashes), scorer, change.limit(), change.vars());
      return Optional.of(
          new Sweep.PlannedCell(new CellPlan(model.name(), axes, source, seed, ""), model));
    } catch (IllegalArgumentException e) {
      problems.add(new Problem(task.places().get("metrics"), e.getMessage(), "change the metrics"));
      return Optional.empty();
    }
  }
}
