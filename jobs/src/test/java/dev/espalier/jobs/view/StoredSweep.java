package dev.espalier.jobs.view;

import dev.espalier.eval.Cell;
import dev.espalier.eval.MetricScore;
import dev.espalier.eval.Request;
import dev.espalier.eval.Response;
import dev.espalier.eval.Sample;
import dev.espalier.eval.TaskDocument;
import dev.espalier.eval.TaskGroup;
import dev.espalier.eval.sweep.CellCost;
import dev.espalier.eval.sweep.CellFacts;
import dev.espalier.eval.sweep.SweepFolder;
import dev.espalier.eval.sweep.SweepManifest;
import dev.espalier.io.storage.StorageOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * Results on disk as a sweep leaves them: two tasks of 200 questions, few-shots 0 and 5. A model
 * that is {@code n} has the first {@code n} of 200 right, and every tenth the other way round.
 */
public final class StoredSweep {
  private static final int DOCUMENTS = 200;

  private final Map<String, Integer> right = new LinkedHashMap<>();

  /** A model with so many of its questions right, on {@code law} twenty fewer. */
  public StoredSweep with(String model, int questions) {
    right.put(model, questions);
    return this;
  }

  /** Writes the folder, and keeps these results under the label of a day. */
  public Path write(Path folder, String day) throws IOException {
    SweepFolder sweep = SweepFolder.at(folder.toString(), StorageOptions.defaults());
    sweep.keep(manifest(sweep), day, day + "T00:00:00Z");
    return write(folder);
  }

  /** Writes the folder. */
  public Path write(Path folder) throws IOException {
    SweepFolder sweep = SweepFolder.at(folder.toString(), StorageOptions.defaults());
    sweep.write(manifest(sweep));
    return folder;
  }

  private SweepManifest manifest(SweepFolder sweep) throws IOException {
    List<Cell> cells = new ArrayList<>();
    for (Map.Entry<String, Integer> model : right.entrySet()) {
      for (String task : List.of("law", "logic")) {
        for (String shots : List.of("0", "5")) {
          Cell cell =
              new Cell(
                  "c" + cells.size() + "x" + model.getValue(),
                  model.getKey(),
                  task,
                  Map.of("fewshot", shots));
          cells.add(cell);
          write(sweep, cell, model.getValue() - (task.equals("law") ? 20 : 0));
        }
      }
    }
    return new SweepManifest(
        "nightly",
        cells,
        List.of(
            new TaskGroup(
                "reasoning",
                "Reasoning",
                Optional.empty(),
                List.of("law", "logic"),
                List.of(new TaskGroup.Aggregate("acc", "mean", true, List.of("none"))))),
        Map.of("before", Map.of("model", "small", "fewshot", "0", "task", "law")));
  }

  private static void write(SweepFolder sweep, Cell cell, int right) throws IOException {
    List<Sample> samples =
        IntStream.range(0, DOCUMENTS).mapToObj(id -> sample(cell, id, right)).toList();
    double mean =
        samples.stream().mapToDouble(s -> (Double) s.metrics().get("acc")).average().orElse(0);
    sweep.write(
        cell.id(),
        new CellFacts(
            cell.task(),
            "1",
            "hash",
            "float32",
            DOCUMENTS,
            List.of(
                new MetricScore(
                    "acc",
                    "none",
                    mean,
                    OptionalDouble.of(Math.sqrt(mean * (1 - mean) / (DOCUMENTS - 1))),
                    true,
                    DOCUMENTS)),
            1000,
            0),
        samples,
        new CellCost(100, 1.5, 0));
  }

  private static Sample sample(Cell cell, int id, int right) {
    boolean isRight = (id < right) ^ (id % 10 == 9);
    Map<String, Object> columns = new LinkedHashMap<>();
    columns.put("question", "Which is case " + id + " of " + cell.task() + "?");
    columns.put("subject", id % 2 == 0 ? "even" : "odd");
    columns.put("text", "text " + id / 4);
    String prompt = "Q: which is case " + id + "?\nA:";
    TaskDocument document =
        new TaskDocument(
            id,
            columns,
            prompt,
            0L,
            List.of("this one", "that one"),
            List.of(
                new Request.Loglikelihood(prompt, " this one"),
                new Request.Loglikelihood(prompt, " that one")));
    return new Sample(
        document,
        "none",
        List.of(
            List.of(new Response.Loglikelihood(isRight ? -1.0 : -3.0, isRight)),
            List.of(new Response.Loglikelihood(-2.0, !isRight))),
        List.of(isRight ? -1.0 : -3.0, -2.0),
        Map.of("acc", isRight ? 1.0 : 0.0),
        cell.task() + id,
        "prompt" + id,
        "target");
  }
}
