package dev.espalier.jobs;

import dev.espalier.eval.Request;
import dev.espalier.eval.Response;
import dev.espalier.eval.Sample;
import dev.espalier.eval.TaskDocument;
import dev.espalier.eval.TaskScoring;
import dev.espalier.eval.metric.TaskScore;
import dev.espalier.eval.metric.TaskScorer;
import dev.espalier.eval.sweep.CellPlan;
import dev.espalier.io.FileProblemException;
import dev.espalier.io.IoReason;
import dev.espalier.io.read.InputFormat;
import dev.espalier.io.read.ReadOptions;
import dev.espalier.io.read.RecordScan;
import dev.espalier.io.snapshot.Snapshots;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.jinja.JinjaException;
import dev.espalier.jinja.JinjaTemplate;
import dev.espalier.jinja.TemplateSettings;
import dev.espalier.jinja.Variables;
import dev.espalier.jobs.eval.ProgramTask;
import dev.espalier.row.Problem;
import dev.espalier.row.Row;
import dev.espalier.yaml.NearestName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/**
 * A task that is a program, with one choice of options.
 *
 * @param job the model's, with the program, its input and seed
 * @param programHash of the program, and of that of the judge
 * @param vars which the program sees as {@code row.vars}
 */
record ProgramCell(
    ProgramTask task,
    JobFile job,
    String programHash,
    TaskScorer scorer,
    OptionalDouble limit,
    Map<String, Object> vars)
    implements CellPlan.Source {

  /** What decides answers besides the model and the rows. */
  String identity() {
    return String.join(
        "\n",
        programHash,
        Long.toString(job.seed()),
        task.answer(),
        task.judge().map(judge -> judge.column()).orElse(""),
        vars.toString());
  }

  @Override
  public TaskScoring scoring() {
    return task.scoring();
  }

  @Override
  public List<TaskDocument> documents() throws CellPlan.UnusableException {
    List<Row> rows = rows();
    double most = limit.orElse(rows.size());
    long end = most < 1 ? (long) Math.ceil(rows.size() * most) : (long) most;
    List<TaskDocument> documents = new ArrayList<>();
    Expected expected = new Expected(task);
    for (Row row : rows.subList(0, (int) Math.min(end, rows.size()))) {
      int id = documents.size();
      Map<String, Object> fields = new LinkedHashMap<>(row.fields());
      Request request = new Request.GenerateUntil("", Map.of());
      documents.add(
          new TaskDocument(
              id,
              fields,
              "",
              expected.of(withVars(fields), id),
              List.of(),
              Collections.nCopies(task.judge().isPresent() ? 2 : 1, request)));
    }
    if (documents.isEmpty()) {
      throw unusable("input", job.input().path() + " has no rows", "name an input with rows", null);
    }
    List<Problem> problems = new ArrayList<>(expected.problems());
    List<String> unscored = scorer.check(documents);
    if (!unscored.isEmpty()) {
      problems.add(
          new Problem(
              task.places().get("metrics"),
              unscored.get(0) + more(unscored.size() - 1),
              "change the metric, or what is expected"));
    }
    if (!problems.isEmpty()) {
      throw new CellPlan.UnusableException(problems, null);
    }
    return documents;
  }

  /** What the program sees of a document, which is the same document under other variables. */
  Map<String, Object> withVars(Map<String, Object> document) {
    if (vars.isEmpty()) {
      return document;
    }
    Map<String, Object> row = new LinkedHashMap<>(document);
    row.put("vars", vars);
    return row;
  }

  private static String more(int others) {
    return others == 0 ? "" : "; and " + others + " more like it";
  }

  /** What is expected of each row. Used once for all. */
  private static final class Expected {
    private final ProgramTask task;
    private final JinjaTemplate template; // null for the name of a field
    private String problem;
    private String remedy;
    private int failed;

    Expected(ProgramTask task) {
      this.task = task;
      this.template =
          ProgramTask.isTemplate(task.expect())
              ? JinjaTemplate.compile(task.expect(), TemplateSettings.PROGRAM)
              : null;
    }

    Object of(Map<String, Object> fields, int document) {
      if (template == null) {
        Object value = fields.get(task.expect());
        if (value == null) {
          fail(
              "document " + document + " has no field `" + task.expect() + "`, or null in it",
              "there are "
                  + String.join(", ", fields.keySet())
                  + NearestName.hint("; ", task.expect(), fields.keySet()));
        }
        return value == null ? "" : value;
      }
      try {
        return template.render(Variables.of(Map.of("row", fields)));
      } catch (JinjaException e) {
        fail("document " + document + ": " + e.reason(), "change `" + task.expect() + "`");
        return "";
      }
    }

    private void fail(String found, String what) {
      failed++;
      if (problem == null) {
        problem = found;
        remedy = what;
      }
    }

    List<Problem> problems() {
      return problem == null
          ? List.of()
          : List.of(new Problem(task.places().get("expect"), problem + more(failed - 1), remedy));
    }
  }

  /**
   * How the input of a task is read; of a table with snapshots the current one.
   *
   * @throws IOException if it is not known which one that is
   */
  static ReadOptions input(ProgramTask task, String path, StorageOptions storage)
      throws IOException {
    ReadOptions options = ReadOptions.of(Snapshots.inputToRead(path, storage)).withStorage(storage);
    return task.format().isEmpty()
        ? options
        : options.withFormat(InputFormat.valueOf(task.format().get().toUpperCase(Locale.ROOT)));
  }

  private List<Row> rows() throws CellPlan.UnusableException {
    List<Row> rows = new ArrayList<>();
    try {
      RecordScan.forEach(input(task, job.input().path(), job.storage()), rows::add);
    } catch (FileProblemException e) {
      throw unusable("input", e.problem(), e.remedy(), e);
    } catch (IOException e) {
      throw unusable(
          "input",
          job.input().path() + " cannot be read: " + IoReason.of(e),
          "check the path and its file system",
          e);
    }
    return rows;
  }

  private CellPlan.UnusableException unusable(
      String field, String message, String remedy, Exception cause) {
    return new CellPlan.UnusableException(
        List.of(new Problem(task.places().get(field), message, remedy)), cause);
  }

  /**
   * What a row of the program's table answers; empty text if it has no such value.
   *
   * @param values of the program by name
   * @param problem is told why a template has no answer
   */
  String answer(TaskDocument document, Map<String, Object> values, Consumer<String> problem) {
    if (!ProgramTask.isTemplate(task.answer())) {
      return text(values.get(task.answer()));
    }
    Map<String, Object> variables = new LinkedHashMap<>(values);
    variables.put("row", withVars(document.document()));
    try {
      return JinjaTemplate.compile(task.answer(), TemplateSettings.PROGRAM)
          .render(Variables.of(variables));
    } catch (JinjaException e) {
      problem.accept(e.reason());
      return "";
    }
  }

  /** A value as metrics compare it. */
  static String text(Object value) {
    return value == null ? "" : dev.espalier.jinja.PythonText.str(value);
  }

  @Override
  public CellPlan.Scored score(List<TaskDocument> documents, List<List<List<Response>>> responses) {
    TaskScore score = scorer.score(documents, responses);
    return new CellPlan.Scored(List.<Sample>copyOf(score.samples()), score.scores());
  }
}
