package dev.espalier.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.eval.Response;
import dev.espalier.eval.TaskDocument;
import dev.espalier.eval.metric.ScoringException;
import dev.espalier.eval.sweep.ReadyCell;
import dev.espalier.eval.sweep.SweepFolder;
import dev.espalier.io.storage.Storage;
import dev.espalier.jobs.eval.ProgramTask;
import dev.espalier.row.Column;
import dev.espalier.row.Row;
import dev.espalier.row.StepTrace;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Runs the program of a cell on its rows, and its judge on the answers: each as a job whose table
 * lies in the sweep's directory until the cell is written.
 */
final class ProgramsOfSweep {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ID = "sample_id";

  /** Stands among the steps that a judge's follow, with what the judge was shown. */
  private static final String ANSWER = "answer";

  private final SweepFolder folder;
  private final StepsOfRows steps;
  private final String command;
  private final PrintWriter err;

  /**
   * @param steps results of earlier sweeps
   * @param command that goes on after an interruption
   */
  ProgramsOfSweep(SweepFolder folder, StepsOfRows steps, String command, PrintWriter err) {
    this.folder = folder;
    this.steps = steps;
    this.command = command;
    this.err = err;
  }

  /**
   * What came of a cell.
   *
   * @param responses of each document
   * @param reports of the jobs
   * @param promptTokens of all steps, before anything is shared
   * @param generatedTokens of all steps
   */
  record Answered(
      List<List<List<Response>>> responses,
      List<RunReport> reports,
      long promptTokens,
      long generatedTokens) {}

  /**
   * What a program made of a row.
   *
   * @param values by name; none of a row that failed
   */
  private record Ran(Map<String, Object> values, List<StepTrace> steps) {
    static final Ran NOTHING = new Ran(Map.of(), List.of());

    static Ran of(Row row) {
      boolean failed = row.fields().get("error") != null;
      return new Ran(failed ? Map.of() : row.fields(), TableOutcomes.trace(row));
    }
  }

  Answered run(ReadyCell cell, ProgramCell source)
      throws IOException, InterruptedException, ConfigurationException {
    List<RunReport> reports = new ArrayList<>();
    Map<String, Ran> ran = run(cell.id() + "/answers", source.job(), rows(cell, source), reports);
    requireAnswers(source, ran);
    List<List<Response>> answers = new ArrayList<>();
    List<String> unmade = new ArrayList<>();
    for (TaskDocument document : cell.documents()) {
      List<Response> own = new ArrayList<>();
      for (int sample = 0; sample < source.task().samples(); sample++) {
        Ran one = ran.getOrDefault(id(document, sample), Ran.NOTHING);
        Consumer<String> problem = one.values().isEmpty() ? reason -> {} : unmade::add;
        own.add(new Response.Text(source.answer(document, one.values(), problem), one.steps()));
      }
      answers.add(own);
    }
    if (!unmade.isEmpty()) {
      err.printf(
          "warning: %s: `answer` of %s cannot be made, and is empty; the first: %s%n",
          source.task().name(), Figures.count(unmade.size(), "row"), unmade.get(0));
      err.flush();
    }
    Map<String, Ran> verdicts =
        source.task().judge().isPresent()
            ? run(cell.id() + "/verdicts", judge(source), shown(cell, source, answers), reports)
            : Map.of();
    List<List<List<Response>>> responses =
        source.task().judge().isPresent()
            ? judged(cell, source, answers, verdicts)
            : answers.stream().map(List::of).toList();
    List<StepTrace> all = new ArrayList<>();
    ran.values().forEach(one -> all.addAll(one.steps()));
    verdicts.values().forEach(one -> all.addAll(one.steps()));
    return new Answered(
        responses,
        reports,
        all.stream().mapToLong(StepTrace::promptTokens).sum(),
        all.stream()
            .filter(step -> step.kind().equals("gen"))
            .mapToLong(StepTrace::outputTokens)
            .sum());
  }

  /** Empty answers to all documents say nothing of a model. */
  private static void requireAnswers(ProgramCell source, Map<String, Ran> ran) {
    if (ran.values().stream().allMatch(one -> one.values().isEmpty())) {
      throw new ScoringException("the program failed on all rows, as told above");
    }
    String answer = source.task().answer();
    if (!ProgramTask.isTemplate(answer)
        && ran.values().stream().noneMatch(one -> one.values().containsKey(answer))) {
      Set<String> names = new TreeSet<>();
      ran.values().forEach(one -> names.addAll(one.values().keySet()));
      names.removeAll(Column.RESERVED);
      throw new ScoringException(
          "answer is `"
              + answer
              + "`, and the program gave no row such a value; it gave "
              + String.join(", ", names));
    }
  }

  private static String id(TaskDocument document, int number) {
    return document.id() + "/" + number;
  }

  /** The rows of a cell's program: each document once for each sample. */
  private static Map<String, Map<String, Object>> rows(ReadyCell cell, ProgramCell source) {
    Map<String, Map<String, Object>> rows = new LinkedHashMap<>();
    for (TaskDocument document : cell.documents()) {
      for (int sample = 0; sample < source.task().samples(); sample++) {
        rows.put(id(document, sample), source.withVars(document.document()));
      }
    }
    return rows;
  }

  /** The answer and what was expected, and again the other way round. */
  private static Map<String, Map<String, Object>> shown(
      ReadyCell cell, ProgramCell source, List<List<Response>> answers) {
    Map<String, Map<String, Object>> rows = new LinkedHashMap<>();
    int number = 0;
    for (TaskDocument document : cell.documents()) {
      String answer = ((Response.Text) answers.get(number++).get(0)).text();
      String expected = ProgramCell.text(document.target());
      Map<String, Object> row = source.withVars(document.document());
      rows.put(id(document, 0), shown(row, answer, expected));
      rows.put(id(document, 1), shown(row, expected, answer));
    }
    return rows;
  }

  private static Map<String, Object> shown(
      Map<String, Object> document, String first, String second) {
    Map<String, Object> row = new LinkedHashMap<>(document);
    row.put("first", first);
    row.put("second", second);
    return row;
  }

  private static JobFile judge(ProgramCell source) {
    String program = source.task().judge().orElseThrow().program();
    return source.job().withProgram(JobFileReader.programPath(source.job().file(), program));
  }

  private static List<List<List<Response>>> judged(
      ReadyCell cell, ProgramCell source, List<List<Response>> answers, Map<String, Ran> verdicts) {
    List<List<List<Response>>> responses = new ArrayList<>();
    String column = source.task().judge().orElseThrow().column();
    int number = 0;
    for (TaskDocument document : cell.documents()) {
      Response.Text answer = (Response.Text) answers.get(number++).get(0);
      List<List<Response>> own = new ArrayList<>();
      for (int order = 0; order < 2; order++) {
        Ran verdict = verdicts.getOrDefault(id(document, order), Ran.NOTHING);
        List<StepTrace> all = new ArrayList<>(answer.steps());
        all.add(new StepTrace(ANSWER, ANSWER, 0, 0, 0, "", 0, answer.text()));
        all.addAll(verdict.steps());
        String text = ProgramCell.text(verdict.values().get(column));
        own.add(List.of(new Response.Text(text, all)));
      }
      responses.add(own);
    }
    return responses;
  }

  /** What a program makes of each row, by their ids. */
  private Map<String, Ran> run(
      String name, JobFile job, Map<String, Map<String, Object>> rows, List<RunReport> reports)
      throws IOException, InterruptedException, ConfigurationException {
    String place = "programs/" + name;
    folder.write("_espalier/" + place + ".jsonl", lines(rows));
    JobFile file = job.onRows(folder.internal(place + ".jsonl"), ID, folder.internal(place));
    PreparedJob prepared =
        JobCheck.prepare(new JobFile.Reading(Optional.of(file), List.of(), Map.of()), err);
    PrintWriter nowhere = new PrintWriter(java.io.Writer.nullWriter());
    var unused =
        new JobStart(prepared, false, false, command, nowhere, err).remembering(steps).run(true);
    reports.add(RunReports.read(prepared.output()));
    Map<String, Ran> ran = new TreeMap<>();
    List<String> failed = new ArrayList<>();
    TableScan.forEach(
        prepared.output().path(),
        prepared.output().storage(),
        row -> {
          if (row.fields().get("error") instanceof Map<?, ?> error) {
            failed.add(error.get("code") + ": " + error.get("message"));
          }
          ran.put(row.id(), Ran.of(row));
        });
    if (!failed.isEmpty()) {
      err.printf(
          "warning: %s: %s failed, and count as empty answers; the first: %s%n",
          file.program(), Figures.count(failed.size(), "row"), failed.get(0));
      err.flush();
    }
    return ran;
  }

  /**
   * The job that a plan looks at, whose rows it leaves in a directory.
   *
   * @param directory for files that are of no use later
   */
  static JobFile planned(ReadyCell cell, ProgramCell source, String directory, Storage storage)
      throws IOException {
    String rows = Storage.child(directory, cell.id() + ".jsonl");
    storage.write(rows, lines(rows(cell, source)));
    return source.job().onRows(rows, ID, Storage.child(directory, cell.id()));
  }

  private static byte[] lines(Map<String, Map<String, Object>> rows) {
    StringBuilder lines = new StringBuilder();
    for (Map.Entry<String, Map<String, Object>> row : rows.entrySet()) {
      Map<String, Object> fields = new LinkedHashMap<>(row.getValue());
      fields.put(ID, row.getKey());
      lines.append(line(fields)).append('\n');
    }
    return lines.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String line(Map<String, Object> fields) {
    try {
      return JSON.writeValueAsString(fields);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("fields of a row are JSON", e);
    }
  }

  /** Removes the rows and tables of a cell. */
  void clear(ReadyCell cell, Storage storage) throws IOException {
    storage.delete(folder.internal("programs/" + cell.id()));
  }
}
