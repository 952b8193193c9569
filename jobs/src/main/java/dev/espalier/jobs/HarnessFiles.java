package dev.espalier.jobs;

import dev.espalier.engine.text.ChatTemplate;
import dev.espalier.eval.Response;
import dev.espalier.eval.Sample;
import dev.espalier.eval.TaskDocument;
import dev.espalier.eval.harness.ResultsFile;
import dev.espalier.eval.harness.SampleLines;
import dev.espalier.eval.metric.GroupScore;
import dev.espalier.eval.metric.GroupScorer;
import dev.espalier.eval.metric.TaskScore;
import dev.espalier.eval.metric.TaskScorer;
import dev.espalier.eval.sweep.CellPlan;
import dev.espalier.eval.sweep.SweepFolder;
import dev.espalier.eval.task.PreparedTask;
import dev.espalier.eval.task.TaskException;
import dev.espalier.jobs.eval.TaskSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Writes what is in the cells of a sweep as lm-evaluation-harness would: a folder for each model
 * and choice of axes, which a run of the harness is. Nothing in it depends on the time.
 */
final class HarnessFiles {
  /** Stands in names where the harness has the time. */
  private static final String DATE = "0";

  private final Sweep sweep;
  private final CellsOfSweep cells;
  private final SweepFolder folder;

  HarnessFiles(Sweep sweep, CellsOfSweep cells, SweepFolder folder) {
    this.sweep = sweep;
    this.cells = cells;
    this.folder = folder;
  }

  void write() throws IOException, ConfigurationException {
    Map<String, List<Integer>> runs = new LinkedHashMap<>();
    for (int i = 0; i < sweep.cells().size(); i++) {
      CellPlan plan = sweep.cells().get(i).plan();
      if (plan.source() instanceof TaskSource) {
        runs.computeIfAbsent(directory(plan), unknown -> new ArrayList<>()).add(i);
      }
    }
    for (Map.Entry<String, List<Integer>> run : runs.entrySet()) {
      write(run.getKey(), run.getValue());
    }
  }

  private static String directory(CellPlan plan) {
    StringBuilder path = new StringBuilder("harness/" + ResultsFile.sanitized(plan.model()));
    plan.axes()
        .forEach(
            (axis, value) -> path.append('/').append(ResultsFile.sanitized(axis + "=" + value)));
    return path.toString();
  }

  private void write(String directory, List<Integer> run)
      throws IOException, ConfigurationException {
    List<ResultsFile.TaskEntry> entries = new ArrayList<>();
    Map<String, TaskScore> scores = new LinkedHashMap<>();
    for (int i : run) {
      TaskSource source = (TaskSource) sweep.cells().get(i).plan().source();
      TaskScore score = score(source, cells.id(i));
      PreparedTask prepared = prepared(source);
      Map<String, Object> fields = new LinkedHashMap<>(source.task().fields());
      fields.put("num_fewshot", (long) prepared.shots());
      entries.add(new ResultsFile.TaskEntry(score, fields, prepared.shots(), prepared.size()));
      scores.put(source.task().name(), score);
      StringBuilder lines = new StringBuilder();
      score.samples().forEach(sample -> lines.append(SampleLines.of(sample)).append('\n'));
      folder.write(
          directory + "/samples_" + source.task().name() + "_" + DATE + ".jsonl",
          lines.toString().getBytes(StandardCharsets.UTF_8));
    }
    List<GroupScore> groups = GroupScorer.score(sweep.groups(), scores);
    folder.write(
        directory + "/results_" + DATE + ".json",
        ResultsFile.of(entries, groups, facts(run.get(0))).getBytes(StandardCharsets.UTF_8));
  }

  /** The same as before, of the responses that are kept. */
  private TaskScore score(TaskSource source, String id) throws IOException {
    Map<Integer, TaskDocument> documents = new LinkedHashMap<>();
    Map<Integer, List<List<Response>>> responses = new LinkedHashMap<>();
    try (Stream<Sample> samples = folder.samplesOf(id)) {
      samples.forEach(
          sample -> {
            documents.put(sample.document().id(), sample.document());
            responses.put(sample.document().id(), sample.responses());
          });
    }
    return source
        .scorer()
        .score(List.copyOf(documents.values()), new ArrayList<>(responses.values()));
  }

  private static PreparedTask prepared(TaskSource source) throws ConfigurationException {
    try {
      return source.task().prepare(source.options(), source.data(), source.storage());
    } catch (TaskException e) {
      throw new ConfigurationException(e.problems());
    }
  }

  private ResultsFile.Run facts(int cell) {
    CellPlan plan = sweep.cells().get(cell).plan();
    ModelOfSweep model = sweep.cells().get(cell).model();
    TaskSource source = (TaskSource) plan.source();
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("model", "espalier");
    config.put("model_args", "pretrained=" + PlainUrls.in(model.job().model()));
    config.put("model_sha", model.hash());
    config.put("dtype", model.arithmetic());
    config.put(
        "limit",
        source.options().limit().isPresent()
            ? (Object) source.options().limit().getAsDouble()
            : null);
    config.put("bootstrap_iters", (long) TaskScorer.BOOTSTRAP_ITERATIONS);
    config.put("gen_kwargs", source.options().generation());
    config.put("fewshot_seed", source.options().fewshotSeed());
    config.put("random_seed", plan.seed());
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("max_length", (long) model.text().maxLength());
    boolean chat = source.options().chatTemplate().isPresent();
    return new ResultsFile.Run(
        config,
        facts,
        "espalier",
        PlainUrls.in(model.job().model()),
        source.options().systemInstruction().orElse(null),
        chat && source.options().multiturn(),
        chat ? model.template().map(ChatTemplate::source).orElse(null) : null,
        "0");
  }
}
