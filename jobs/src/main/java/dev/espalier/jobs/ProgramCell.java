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
import dev.espalier.io.read.InputFormat;
import dev.espalier.io.read.ReadOptions;
import dev.espalier.io.read.RecordScan;
import dev.espalier.jinja.JinjaException;
import dev.espalier.jinja.JinjaTemplate;
import dev.espalier.jinja.TemplateSettings;
import dev.espalier.jinja.Variables;
import dev.espalier.jobs.eval.ProgramTask;
import dev.espalier.row.Problem;
import dev.espalier.row.Row;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

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
        task.judge().map(judge -> judge.column()).orElse(""));
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
    for (Row row : rows.subList(0, (int) Math.min(end, rows.size()))) {
      int id = documents.size();
      Map<String, Object> fields = new LinkedHashMap<>(row.fields());
      if (!vars.isEmpty()) {
        fields.put("vars", vars);
      }
      Request request = new Request.GenerateUntil("", Map.of());
      documents.add(
          new TaskDocument(
              id,
              fields,
              "",
              value(task.expect(), Map.of("row", fields), fields, id),
              List.of(),
              Collections.nCopies(task.judge().isPresent() ? 2 : 1, request)));
    }
    return documents;
  }

  private List<Row> rows() throws CellPlan.UnusableException {
    ReadOptions options = ReadOptions.of(job.input().path()).withStorage(job.storage());
    if (task.format().isPresent()) {
      options =
          options.withFormat(InputFormat.valueOf(task.format().get().toUpperCase(Locale.ROOT)));
    }
    List<Row> rows = new ArrayList<>();
    try {
      RecordScan.forEach(options, rows::add);
    } catch (FileProblemException e) {
      throw unusable(e.problem(), e.remedy(), e);
    } catch (IOException e) {
      throw unusable(job.input().path() + " cannot be read: " + e.getMessage(), "check it", e);
    }
    return rows;
  }

  private CellPlan.UnusableException unusable(String message, String remedy, Exception cause) {
    return new CellPlan.UnusableException(
        List.of(new Problem(task.name(), message, remedy)), cause);
  }

  /** A field of that name, or what a template makes of {@code variables}. */
  private Object value(
      String text, Map<String, Object> variables, Map<String, Object> fields, int document)
      throws CellPlan.UnusableException {
    if (!text.contains("{")) {
      if (fields.get(text) == null) {
        throw unusable(
            "document " + document + ": there is no field `" + text + "`",
            "name one of " + String.join(", ", fields.keySet()),
            null);
      }
      return fields.get(text);
    }
    try {
      return JinjaTemplate.compile(text, TemplateSettings.PROGRAM).render(Variables.of(variables));
    } catch (JinjaException e) {
      throw unusable("document " + document + ": `" + text + "`: " + e.reason(), "change it", e);
    }
  }

  /**
   * What a row of the program's table answers; empty text if it has no such value.
   *
   * @param values of the program by name
   */
  String answer(TaskDocument document, Map<String, Object> values) {
    if (!task.answer().contains("{")) {
      return text(values.get(task.answer()));
    }
    Map<String, Object> variables = new LinkedHashMap<>(values);
    variables.put("row", document.document());
    try {
      return JinjaTemplate.compile(task.answer(), TemplateSettings.PROGRAM)
          .render(Variables.of(variables));
    } catch (JinjaException e) {
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
