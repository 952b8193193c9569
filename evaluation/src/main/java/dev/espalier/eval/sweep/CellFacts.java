package dev.espalier.eval.sweep;

import dev.espalier.eval.MetricScore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * What {@code result.json} says of a cell: all of it follows from the cell's content.
 *
 * @param task the task's name
 * @param version of the task; empty if it has none
 * @param modelHash see {@link dev.espalier.engine.open.HashedModel#hash}
 * @param arithmetic what else decides the bits of a log-probability
 * @param documents how many there are
 * @param scores in the order of the task's metrics and filters
 * @param promptTokens all that was asked for, before anything was shared
 * @param generatedTokens of all answers
 * @param samples the file of its samples
 */
public record CellFacts(
    String task,
    String version,
    String modelHash,
    String arithmetic,
    int documents,
    List<MetricScore> scores,
    long promptTokens,
    long generatedTokens,
    SampleSeal samples) {
  public CellFacts {
    Objects.requireNonNull(samples, "samples");
    Objects.requireNonNull(task, "task");
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(modelHash, "modelHash");
    Objects.requireNonNull(arithmetic, "arithmetic");
    scores = List.copyOf(scores);
  }

  /** Of a cell whose samples are not written yet. */
  public CellFacts(
      String task,
      String version,
      String modelHash,
      String arithmetic,
      int documents,
      List<MetricScore> scores,
      long promptTokens,
      long generatedTokens) {
    this(
        task,
        version,
        modelHash,
        arithmetic,
        documents,
        scores,
        promptTokens,
        generatedTokens,
        SampleSeal.NONE);
  }

  CellFacts with(SampleSeal file) {
    return new CellFacts(
        task,
        version,
        modelHash,
        arithmetic,
        documents,
        scores,
        promptTokens,
        generatedTokens,
        file);
  }

  String json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("format", 2L);
    json.put("task", task);
    json.put("version", version);
    json.put("model_hash", modelHash);
    json.put("arithmetic", arithmetic);
    json.put("documents", documents);
    json.put("prompt_tokens", promptTokens);
    json.put("generated_tokens", generatedTokens);
    json.put("samples_bytes", samples.bytes());
    json.put("samples_sha256", samples.sha256());
    List<Object> list = new ArrayList<>();
    for (MetricScore score : scores) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("metric", score.metric());
      one.put("filter", score.filter());
      one.put("value", score.value());
      one.put(
          "standard_error",
          score.standardError().isPresent() ? (Object) score.standardError().getAsDouble() : null);
      one.put("higher_is_better", score.higherIsBetter());
      one.put("documents", score.documents());
      list.add(one);
    }
    json.put("scores", list);
    return ValueJson.of(json) + "\n";
  }

  /**
   * Reads what {@link #json} gives.
   *
   * @throws IllegalArgumentException if it is something else
   */
  static CellFacts read(String json) {
    try {
      Map<String, Object> facts = ValueJson.readMap(json);
      List<MetricScore> scores = new ArrayList<>();
      for (Object item : (List<?>) facts.get("scores")) {
        Map<?, ?> score = (Map<?, ?>) item;
        Object error = score.get("standard_error");
        scores.add(
            new MetricScore(
                (String) score.get("metric"),
                (String) score.get("filter"),
                (Double) score.get("value"),
                error == null ? OptionalDouble.empty() : OptionalDouble.of((Double) error),
                (Boolean) score.get("higher_is_better"),
                ((Long) score.get("documents")).intValue()));
      }
      return new CellFacts(
          (String) facts.get("task"),
          (String) facts.get("version"),
          (String) facts.get("model_hash"),
          (String) facts.get("arithmetic"),
          ((Long) facts.get("documents")).intValue(),
          scores,
          (Long) facts.get("prompt_tokens"),
          (Long) facts.get("generated_tokens"),
          new SampleSeal((Long) facts.get("samples_bytes"), (String) facts.get("samples_sha256")));
    } catch (ClassCastException | NullPointerException e) {
      throw new IllegalArgumentException("no facts of a cell: " + e.getMessage(), e);
    }
  }
}
