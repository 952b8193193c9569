package dev.espalier.jobs;

import dev.espalier.engine.text.ChatTemplate;
import dev.espalier.eval.CellResult;
import dev.espalier.eval.Response;
import dev.espalier.eval.Sample;
import dev.espalier.eval.SweepResults;
import dev.espalier.eval.TaskDocument;
import dev.espalier.eval.harness.ResultsFile;
import dev.espalier.eval.harness.SampleLines;
import dev.espalier.eval.metric.GroupScorer;
import dev.espalier.eval.metric.TaskScore;
import dev.espalier.eval.metric.TaskScorer;
import dev.espalier.eval.sweep.CellPlan;
import dev.espalier.eval.sweep.SweepFolder;
import dev.espalier.eval.task.PreparedTask;
import dev.espalier.eval.task.TaskException;
import dev.espalier.io.storage.Storage;
import dev.espalier.jobs.eval.TaskSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes a sweep's results once more as lm-evaluation-harness writes them: for each model and
 * choice of the axes a folder {@code harness/AXES/MODEL} with {@code results_DATE.json} and {@code
 * samples_TASK_DATE.jsonl}. Cells of programs are left out.
 */
final class HarnessFiles {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss.SSSSSS");

  private final Sweep sweep;
  private final SweepResults results;
  private final Storage storage;
  private final Instant now;
  private final String date;

  private HarnessFiles(Sweep sweep, Instant now) throws IOException {
    this.sweep = sweep;
    this.results = SweepFolder.open(sweep.output(), sweep.storage());
    this.storage = sweep.storage().open(sweep.output());
    this.now = now;
    this.date = DATE.format(LocalDateTime.ofInstant(now, ZoneOffset.UTC));
  }

  /**
   * Writes the files of all cells, which must be done.
   *
   * @param now stands in their names
   */
  static void write(Sweep sweep, Instant now) throws IOException, ConfigurationException {
    new HarnessFiles(sweep, now).write();
  }

  /** A cell, and how it was asked for. */
  private record Asked(CellResult result, TaskSource source, ModelOfSweep model, long seed) {}

  private void write() throws IOException, ConfigurationException {
    Map<List<Object>, List<Asked>> folders = new LinkedHashMap<>();
    for (int i = 0; i < sweep.cells().size(); i++) {
      CellPlan plan = sweep.cells().get(i).plan();
      if (plan.source() instanceof TaskSource source) {
        folders
            .computeIfAbsent(List.of(plan.model(), plan.axes()), key -> new ArrayList<>())
            .add(
                new Asked(
                    results.cells().get(i), source, sweep.cells().get(i).model(), plan.seed()));
      }
    }
    for (List<Asked> folder : folders.values()) {
      write(folder);
    }
  }

  private void write(List<Asked> cells) throws IOException, ConfigurationException {
    CellResult first = cells.get(0).result();
    String axes =
        first.cell().axes().entrySet().stream()
            .map(axis -> axis.getKey() + "=" + axis.getValue())
            .collect(Collectors.joining(","));
    String folder =
        "harness/"
            + (axes.isEmpty() ? "" : ResultsFile.sanitized(axes) + "/")
            + ResultsFile.sanitized(first.cell().model());
    List<ResultsFile.TaskEntry> entries = new ArrayList<>();
    Map<String, TaskScore> scores = new LinkedHashMap<>();
    for (Asked cell : cells) {
      PreparedTask prepared = prepare(cell.source());
      TaskScore score = score(cell, prepared);
      scores.put(prepared.task(), score);
      Map<String, Object> fields = new LinkedHashMap<>(cell.source().task().fields());
      fields.put("num_fewshot", (long) prepared.shots());
      entries.add(new ResultsFile.TaskEntry(score, fields, prepared.shots(), prepared.size()));
      StringBuilder lines = new StringBuilder();
      score.samples().forEach(sample -> lines.append(SampleLines.of(sample)).append('\n'));
      write(folder + "/samples_" + prepared.task() + "_" + date + ".jsonl", lines.toString());
    }
    String whole =
        ResultsFile.of(
            entries, GroupScorer.score(sweep.groups(), scores), run(cells.get(0), cells));
    write(folder + "/results_" + date + ".json", whole);
  }

  private static PreparedTask prepare(TaskSource source) throws ConfigurationException {
    try {
      return source.task().prepare(source.options(), source.data(), source.storage());
    } catch (TaskException e) {
      throw new ConfigurationException(e.problems());
    }
  }

  /** Scores what the model answered once more, since cells do not keep all that results say. */
  private TaskScore score(Asked cell, PreparedTask prepared) throws IOException {
    Map<Integer, List<List<Response>>> byDocument = new LinkedHashMap<>();
    try (Stream<Sample> samples = results.samples(cell.result().cell())) {
      samples.forEach(sample -> byDocument.putIfAbsent(sample.document().id(), sample.responses()));
    }
    List<List<List<Response>>> responses = new ArrayList<>();
    for (TaskDocument document : prepared.documents()) {
      List<List<Response>> each = byDocument.get(document.id());
      if (each == null) {
        throw new IOException(
            cell.result().cell().id() + ": the samples lack document " + document.id());
      }
      responses.add(each);
    }
    return cell.source().scorer().score(prepared.documents(), responses);
  }

  private ResultsFile.Run run(Asked cell, List<Asked> cells) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("model", "espalier");
    config.put("model_args", "pretrained=" + cell.model().job().model());
    config.put("model_sha", cell.model().hash());
    config.put("arithmetic", cell.model().arithmetic());
    config.put(
        "limit",
        cell.source().options().limit().isPresent()
            ? (Object) cell.source().options().limit().getAsDouble()
            : null);
    config.put("bootstrap_iters", (long) TaskScorer.BOOTSTRAP_ITERATIONS);
    config.put(
        "gen_kwargs",
        cell.source().options().generation().isEmpty()
            ? null
            : cell.source().options().generation());
    config.put("random_seed", cell.seed());
    config.put("fewshot_seed", cell.source().options().fewshotSeed());
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("date", now.toEpochMilli() / 1000.0);
    double seconds = cells.stream().mapToDouble(each -> each.result().seconds()).sum();
    boolean isChat = cell.source().options().chatTemplate().isPresent();
    return new ResultsFile.Run(
        config,
        facts,
        "espalier",
        cell.result().cell().model(),
        cell.source().options().systemInstruction().orElse(null),
        isChat && cell.source().options().multiturn(),
        isChat ? cell.model().template().map(ChatTemplate::source).orElse(null) : null,
        Double.toString(seconds));
  }

  private void write(String name, String text) throws IOException {
    storage.write(Storage.child(sweep.output(), name), text.getBytes(StandardCharsets.UTF_8));
  }
}
