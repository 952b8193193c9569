package dev.espalier.eval.page;

import dev.espalier.eval.CellResult;
import dev.espalier.eval.MetricScore;
import dev.espalier.eval.SweepResults;
import dev.espalier.eval.compare.MetricKey;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A sweep as the page numbers it: its models, tasks, metrics of tasks, and settings. */
final class ReportContent {
  private final SweepResults sweep;
  private final List<CellResult> cells;
  private final List<String> models;
  private final List<String> tasks;
  private final Map<String, Map<MetricKey, Boolean>> metrics = new LinkedHashMap<>();
  private final Settings settings;

  ReportContent(SweepResults sweep) {
    this.sweep = sweep;
    this.cells = sweep.cells();
    this.models = cells.stream().map(result -> result.cell().model()).distinct().toList();
    this.tasks = cells.stream().map(result -> result.cell().task()).distinct().toList();
    this.settings = new Settings(cells);
    for (CellResult result : cells) {
      Map<MetricKey, Boolean> ofTask =
          metrics.computeIfAbsent(result.cell().task(), key -> new LinkedHashMap<>());
      for (MetricScore score : result.scores()) {
        ofTask.putIfAbsent(new MetricKey(score.metric(), score.filter()), score.higherIsBetter());
      }
    }
  }

  SweepResults sweep() {
    return sweep;
  }

  List<CellResult> cells() {
    return cells;
  }

  List<String> models() {
    return models;
  }

  List<String> tasks() {
    return tasks;
  }

  Settings settings() {
    return settings;
  }

  /** A task's metrics in their order, and whether more of one is better. */
  Map<MetricKey, Boolean> metrics(String task) {
    return metrics.getOrDefault(task, Map.of());
  }

  /** The metrics of all tasks. */
  Set<MetricKey> metrics() {
    Set<MetricKey> all = new LinkedHashSet<>();
    metrics.values().forEach(ofTask -> all.addAll(ofTask.keySet()));
    return all;
  }

  /** Cells that differ in the seed alone. */
  List<CellResult> cells(String model, String task, Map<String, String> setting) {
    return cells.stream()
        .filter(result -> result.cell().model().equals(model))
        .filter(result -> result.cell().task().equals(task))
        .filter(result -> settings.of(result.cell()).equals(setting))
        .toList();
  }
}
