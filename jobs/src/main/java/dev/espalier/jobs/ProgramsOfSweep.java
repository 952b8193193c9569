package dev.espalier.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.eval.Response;
import dev.espalier.eval.TaskDocument;
import dev.espalier.eval.sweep.ReadyCell;
import dev.espalier.eval.sweep.SweepFolder;
import dev.espalier.io.storage.Storage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs the program of a cell on its rows, and its judge on the answers: each as a job whose table
 * lies in the sweep's directory until the cell is written.
 */
final class ProgramsOfSweep {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ID = "sample_id";

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
   */
  record Answered(List<List<List<Response>>> responses, List<RunReport> reports) {}

  Answered run(ReadyCell cell, ProgramCell source)
      throws IOException, InterruptedException, ConfigurationException {
    List<RunReport> reports = new ArrayList<>();
    Map<String, Map<String, Object>> rows = new LinkedHashMap<>();
    int samples = source.task().samples();
    for (TaskDocument document : cell.documents()) {
      for (int sample = 0; sample < samples; sample++) {
        rows.put(document.id() + "/" + sample, document.document());
      }
    }
    Map<String, Map<String, Object>> values =
        run(cell.id() + "/answers", source.job(), rows, reports);
    List<List<String>> answers = new ArrayList<>();
    for (TaskDocument document : cell.documents()) {
      List<String> own = new ArrayList<>();
      for (int sample = 0; sample < samples; sample++) {
        own.add(
            source.answer(document, values.getOrDefault(document.id() + "/" + sample, Map.of())));
      }
      answers.add(own);
    }
    List<List<List<Response>>> responses =
        source.task().judge().isPresent()
            ? judged(cell, source, answers, reports)
            : answers.stream()
                .map(
                    own ->
                        List.of(
                            own.stream().map(text -> (Response) new Response.Text(text)).toList()))
                .toList();
    return new Answered(responses, reports);
  }

  private List<List<List<Response>>> judged(
      ReadyCell cell, ProgramCell source, List<List<String>> answers, List<RunReport> reports)
      throws IOException, InterruptedException, ConfigurationException {
    Map<String, Map<String, Object>> rows = new LinkedHashMap<>();
    for (TaskDocument document : cell.documents()) {
      String answer = answers.get(document.id()).get(0);
      String expected = ProgramCell.text(document.target());
      rows.put(document.id() + "/0", shown(document, answer, expected));
      rows.put(document.id() + "/1", shown(document, expected, answer));
    }
    String program = source.task().judge().orElseThrow().program();
    Map<String, Map<String, Object>> values =
        run(
            cell.id() + "/verdicts",
            source.job().withProgram(JobFile.programPath(source.job().file(), program)),
            rows,
            reports);
    List<List<List<Response>>> responses = new ArrayList<>();
    String column = source.task().judge().get().column();
    for (TaskDocument document : cell.documents()) {
      List<List<Response>> own = new ArrayList<>();
      for (int order = 0; order < 2; order++) {
        Object verdict = values.getOrDefault(document.id() + "/" + order, Map.of()).get(column);
        own.add(List.of(new Response.Text(ProgramCell.text(verdict))));
      }
      responses.add(own);
    }
    return responses;
  }

  private static Map<String, Object> shown(TaskDocument document, String first, String second) {
    Map<String, Object> row = new LinkedHashMap<>(document.document());
    row.put("first", first);
    row.put("second", second);
    return row;
  }

  /** The values that a program gives to each row that did not fail, by their ids. */
  private Map<String, Map<String, Object>> run(
      String name, JobFile job, Map<String, Map<String, Object>> rows, List<RunReport> reports)
      throws IOException, InterruptedException, ConfigurationException {
    String place = "programs/" + name;
    StringBuilder lines = new StringBuilder();
    for (Map.Entry<String, Map<String, Object>> row : rows.entrySet()) {
      Map<String, Object> fields = new LinkedHashMap<>(row.getValue());
      fields.put(ID, row.getKey());
      lines.append(line(fields)).append('\n');
    }
    folder.write(
        "_espalier/" + place + ".jsonl", lines.toString().getBytes(StandardCharsets.UTF_8));
    JobFile file = job.onRows(folder.internal(place + ".jsonl"), ID, folder.internal(place));
    PreparedJob prepared =
        JobCheck.prepare(
            new JobFile.Reading(java.util.Optional.of(file), List.of(), Map.of()), err);
    PrintWriter nowhere = new PrintWriter(java.io.Writer.nullWriter());
    var unused =
        new JobStart(prepared, false, false, command, nowhere, err).remembering(steps).run(true);
    reports.add(RunReports.read(prepared.output()));
    Map<String, Map<String, Object>> values = new TreeMap<>();
    List<String> failed = new ArrayList<>();
    TableScan.forEach(
        prepared.output().path(),
        prepared.output().storage(),
        row -> {
          if (row.fields().get("error") instanceof Map<?, ?> error) {
            failed.add(error.get("code") + ": " + error.get("message"));
          } else {
            values.put(row.id(), row.fields());
          }
        });
    if (!failed.isEmpty()) {
      err.printf(
          "warning: %s: %s failed, and count as empty answers; the first: %s%n",
          file.program(), Figures.count(failed.size(), "row"), failed.get(0));
      err.flush();
    }
    return values;
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
