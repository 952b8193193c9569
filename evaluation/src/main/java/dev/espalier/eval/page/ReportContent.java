package dev.espalier.eval.page;

import dev.espalier.eval.Cell;
import dev.espalier.eval.CellResult;
import dev.espalier.eval.MetricScore;
import dev.espalier.eval.SweepResults;
import dev.espalier.eval.compare.MetricKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A sweep as the page numbers it: its models, tasks, metrics of tasks, and settings. */
final class ReportContent {
  /** Samples of all results beyond which the documents of earlier ones are left out. */
  private static final long MOST_SAMPLES = 100_000;

  private final SweepResults sweep;
  private final List<CellResult> cells;
  private final List<String> models;
  private final List<String> tasks;
  private final Map<String, Map<MetricKey, Boolean>> metrics = new LinkedHashMap<>();
  private final Settings settings;
  private final Set<Cell> withDocuments;

  ReportContent(SweepResults sweep) {
    this.sweep = sweep;
    this.cells = sweep.cells();
    this.models = cells.stream().map(result -> result.cell().model()).distinct().toList();
    this.tasks = cells.stream().map(result -> result.cell().task()).distinct().toList();
    this.settings = new Settings(cells);
    this.withDocuments = withDocuments(cells);
    for (CellResult result : cells) {
      Map<MetricKey, Boolean> ofTask =
          metrics.computeIfAbsent(result.cell().task(), key -> new LinkedHashMap<>());
      for (MetricScore score : result.scores()) {
        ofTask.putIfAbsent(new MetricKey(score.metric(), score.filter()), score.higherIsBetter());
      }
    }
  }

  /** Those of the latest results, and of earlier ones as far as a page has room for them. */
  private static Set<Cell> withDocuments(List<CellResult> cells) {
    Map<String, List<CellResult>> byDay = new LinkedHashMap<>();
    for (CellResult result : cells) {
      byDay
          .computeIfAbsent(
              result.cell().axes().getOrDefault(SweepsOverTime.AXIS, ""), key -> new ArrayList<>())
          .add(result);
    }
    List<List<CellResult>> days = new ArrayList<>(byDay.values());
    Collections.reverse(days);
    Set<Cell> found = new HashSet<>();
    long samples = 0;
    for (int day = 0; day < days.size(); day++) {
      for (CellResult result : days.get(day)) {
        samples += result.scores().stream().mapToInt(MetricScore::documents).max().orElse(0);
      }
      if (day < 2 || samples <= MOST_SAMPLES) {
        days.get(day).forEach(result -> found.add(result.cell()));
      }
    }
    return found;
  }

  /** Whether the page has a cell's documents, and not its scores alone. */
  boolean hasDocuments(Cell cell) {
    return withDocuments.contains(cell);
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
