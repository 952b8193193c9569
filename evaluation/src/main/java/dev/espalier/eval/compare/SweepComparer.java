package dev.espalier.eval.compare;

import dev.espalier.eval.Cell;
import dev.espalier.eval.CellResult;
import dev.espalier.eval.MetricScore;
import dev.espalier.eval.SweepResults;
import dev.espalier.eval.metric.Aggregation;
import dev.espalier.eval.metric.Aggregations;
import dev.espalier.eval.metric.StoredScores;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Compares models of sweeps with a baseline. Samples of a cell are read once, and their values
 * kept. Not thread-safe.
 */
public final class SweepComparer {
  private final ComparisonOptions options;
  private final IdentityHashMap<SweepResults, Map<Cell, CellDocuments>> read =
      new IdentityHashMap<>();
  private final IdentityHashMap<SweepResults, Map<ScorePlace, Optional<Aggregation>>> aggregations =
      new IdentityHashMap<>();

  public SweepComparer(ComparisonOptions options) {
    this.options = options;
  }

  /**
   * All comparisons that are made together: their p-values are corrected together, those of tasks,
   * of groups, and of a task's subgroups each among themselves.
   *
   * @throws IOException if samples cannot be read
   */
  public List<Comparison> compare(Side baseline, List<Side> others) throws IOException {
    List<SidePair> pairs = new ArrayList<>();
    for (Side other : others) {
      pairs.add(new SidePair(baseline, other));
    }
    return compare(pairs, task -> true);
  }

  /** Two sides. */
  public record SidePair(Side baseline, Side other) {}

  /**
   * The same where baselines differ.
   *
   * @param wanted tells of a task's name whether it is compared
   * @throws IOException if samples cannot be read
   */
  public List<Comparison> compare(List<SidePair> pairs, Predicate<String> wanted)
      throws IOException {
    return compare(pairs, wanted, options);
  }

  /**
   * The same by another metric, corrected over the tasks that have it.
   *
   * @param metric its name, or {@code metric,filter}
   * @throws IOException if samples cannot be read
   */
  public List<Comparison> compare(List<SidePair> pairs, Predicate<String> wanted, String metric)
      throws IOException {
    return compare(pairs, wanted, options.by(metric));
  }

  private List<Comparison> compare(
      List<SidePair> pairs, Predicate<String> wanted, ComparisonOptions by) throws IOException {
    List<Comparison> comparisons = new ArrayList<>();
    for (SidePair pair : pairs) {
      comparisons.add(new PairComparer(this, by, pair.baseline(), pair.other()).compare(wanted));
    }
    return Corrections.of(comparisons);
  }

  /**
   * One model against one baseline by one metric, corrected by itself.
   *
   * @throws IOException if samples cannot be read
   */
  public Comparison compare(Side baseline, Side other, MetricKey metric) throws IOException {
    Comparison comparison =
        new PairComparer(this, options.by(metric), baseline, other).compare(task -> true);
    return Corrections.of(List.of(comparison)).get(0);
  }

  /** Of several cells the mean. */
  CellDocuments documents(SweepResults sweep, List<CellResult> cells) throws IOException {
    List<CellDocuments> documents = new ArrayList<>();
    for (CellResult result : cells) {
      documents.add(documents(sweep, result.cell()));
    }
    return CellDocuments.averageOf(documents);
  }

  private CellDocuments documents(SweepResults sweep, Cell cell) throws IOException {
    Map<Cell, CellDocuments> cells = read.computeIfAbsent(sweep, key -> new HashMap<>());
    CellDocuments known = cells.get(cell);
    if (known == null) {
      Set<String> columns =
          Stream.of(options.cluster(), options.by())
              .flatMap(Optional::stream)
              .collect(Collectors.toCollection(LinkedHashSet::new));
      known = CellDocuments.read(sweep, cell, columns);
      cells.put(cell, known);
    }
    return known;
  }

  /**
   * How the values of a cell's metric become its score; empty if that is not known.
   *
   * @throws IOException if the samples cannot be read
   */
  Optional<Aggregation> aggregation(SweepResults sweep, CellResult result, MetricScore score)
      throws IOException {
    Map<ScorePlace, Optional<Aggregation>> ofSweep =
        aggregations.computeIfAbsent(sweep, key -> new HashMap<>());
    ScorePlace place = new ScorePlace(result.cell(), MetricKey.of(score));
    Optional<Aggregation> known = ofSweep.get(place);
    if (known == null) {
      CellDocuments documents = documents(sweep, result.cell());
      List<Object> values =
          documents.ids().stream()
              .map(id -> documents.value(place.metric(), id))
              .filter(Objects::nonNull)
              .toList();
      known = StoredScores.aggregation(score, values);
      ofSweep.put(place, known);
    }
    return known;
  }

  private record ScorePlace(Cell cell, MetricKey metric) {}

  /** The columns of all documents read so far. */
  public SortedSet<String> columns() {
    SortedSet<String> there = new TreeSet<>();
    read.values()
        .forEach(
            cells -> cells.values().forEach(documents -> there.addAll(documents.columnNames())));
    return there;
  }

  /**
   * A model's score on cells that differ in averaged axes alone, by the mean of each document.
   *
   * @param cells of one model and one task, at least one
   * @return the score and its standard error; where there is one cell, its own
   * @throws IOException if samples cannot be read
   */
  public Optional<AverageScore> average(
      SweepResults sweep, List<CellResult> cells, MetricKey metric) throws IOException {
    List<MetricScore> scores =
        cells.stream()
            .flatMap(cell -> cell.scores().stream())
            .filter(score -> MetricKey.of(score).equals(metric))
            .toList();
    if (scores.isEmpty()) {
      return Optional.empty();
    }
    MetricScore first = scores.get(0);
    if (scores.size() == 1) {
      return Optional.of(
          new AverageScore(
              first.value(), first.standardError().orElse(Double.NaN), first.documents()));
    }
    CellDocuments documents = documents(sweep, cells);
    double[] values =
        documents.ids().stream()
            .mapToDouble(id -> CellDocuments.number(documents.value(metric, id)))
            .filter(Double::isFinite)
            .toArray();
    boolean mean = aggregation(sweep, cells.get(0), first).equals(Optional.of(Aggregations.MEAN));
    double error =
        mean && values.length > 0
            ? PairedDifference.of(
                    new double[values.length], values, Clusters.ofSingles(values.length))
                .standardError()
            : Double.NaN;
    double average = scores.stream().mapToDouble(MetricScore::value).sum() / scores.size();
    return Optional.of(new AverageScore(average, error, first.documents()));
  }

  /**
   * @param standardError NaN where there is none
   */
  public record AverageScore(double value, double standardError, int documents) {}
}
