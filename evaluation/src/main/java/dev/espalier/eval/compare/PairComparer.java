package dev.espalier.eval.compare;

import dev.espalier.eval.CellResult;
import dev.espalier.eval.MetricScore;
import dev.espalier.eval.metric.Aggregation;
import dev.espalier.eval.metric.Aggregations;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** One model against one baseline: pairs their cells, and the documents of these. */
final class PairComparer {
  private final SweepComparer comparer;
  private final ComparisonOptions options;
  private final Side baseline;
  private final Side other;
  private final List<ComparedTask> tasks = new ArrayList<>();
  private final Map<ComparedTask, PairedDifference> differences = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();

  PairComparer(SweepComparer comparer, ComparisonOptions options, Side baseline, Side other) {
    this.comparer = comparer;
    this.options = options;
    this.baseline = baseline;
    this.other = other;
  }

  /** What two cells have in common. */
  private record Place(String task, Map<String, String> axes) {
    @Override
    public String toString() {
      return axes.isEmpty() ? task : task + " " + axes;
    }
  }

  Comparison compare(Predicate<String> wanted) throws IOException {
    Map<Place, List<CellResult>> first = places(baseline, wanted);
    Map<Place, List<CellResult>> second = places(other, wanted);
    for (Map.Entry<Place, List<CellResult>> entry : first.entrySet()) {
      List<CellResult> partner = second.get(entry.getKey());
      if (partner == null) {
        notes.add(entry.getKey() + ": only " + baseline.label() + " has it");
      } else {
        compare(entry.getKey(), entry.getValue(), partner);
      }
    }
    second.keySet().stream()
        .filter(place -> !first.containsKey(place))
        .forEach(place -> notes.add(place + ": only " + other.label() + " has it"));
    List<ComparedGroup> groups =
        new GroupComparer(baseline.sweep().groups(), options).compare(differences);
    return new Comparison(baseline, other, List.copyOf(tasks), groups, List.copyOf(notes));
  }

  private Map<Place, List<CellResult>> places(Side side, Predicate<String> wanted) {
    Set<String> fixed = new HashSet<>(baseline.fixed().keySet());
    fixed.addAll(other.fixed().keySet());
    Map<Place, List<CellResult>> places = new LinkedHashMap<>();
    for (CellResult result : side.cells()) {
      if (!wanted.test(result.cell().task())) {
        continue;
      }
      Map<String, String> axes = new LinkedHashMap<>(result.cell().axes());
      axes.keySet().removeAll(fixed);
      boolean averaged = axes.keySet().removeAll(options.average());
      Place place = new Place(result.cell().task(), axes);
      List<CellResult> there = places.computeIfAbsent(place, key -> new ArrayList<>());
      if (there.isEmpty() || averaged) {
        there.add(result);
      } else {
        notes.add(place + ": " + side.label() + " has it more than once, the first is taken");
      }
    }
    return places;
  }

  private void compare(Place place, List<CellResult> first, List<CellResult> second)
      throws IOException {
    Optional<MetricScore> score = score(first.get(0));
    if (score.isEmpty()) {
      options.metric().ifPresent(metric -> notes.add(place + ": there is no metric " + metric));
      return;
    }
    MetricKey metric = MetricKey.of(score.get());
    Optional<Aggregation> aggregation =
        comparer.aggregation(baseline.sweep(), first.get(0), score.get());
    if (aggregation.isEmpty()) {
      notes.add(
          place
              + ": "
              + metric
              + " is no mean over documents, and how it is computed is not known");
    } else if (first.size() + second.size() > 2 && aggregation.get() != Aggregations.MEAN) {
      notes.add(place + ": " + metric + " is no mean over documents, the first cell is taken");
      compare(place, score.get(), first.subList(0, 1), second.subList(0, 1), aggregation.get());
    } else {
      compare(place, score.get(), first, second, aggregation.get());
    }
  }

  private void compare(
      Place place,
      MetricScore score,
      List<CellResult> first,
      List<CellResult> second,
      Aggregation aggregation)
      throws IOException {
    MetricKey metric = MetricKey.of(score);
    CellDocuments ofFirst = comparer.documents(baseline.sweep(), first);
    CellDocuments ofSecond = comparer.documents(other.sweep(), second);
    Documents paired = pair(metric, ofFirst, ofSecond, aggregation);
    PairedValues values = paired.values();
    if (values.documents().isEmpty()) {
      notes.add(
          place
              + ": "
              + (paired.changed > 0
                  ? "the documents under equal numbers differ"
                  : "no document has " + metric + " from both"));
      return;
    }
    boolean higher = score.higherIsBetter();
    ComparedTask task =
        new ComparedTask(
            place.task(),
            place.axes(),
            metric,
            higher,
            values.compare(options),
            subgroups(values, ofFirst),
            changes(values, higher ? -1 : 1),
            changes(values, higher ? 1 : -1),
            paired.unpaired,
            paired.changed);
    tasks.add(task);
    if (values.isMean()) {
      differences.put(
          task,
          PairedDifference.of(values.firstNumbers(), values.secondNumbers(), values.clusters()));
    }
  }

  private Optional<MetricScore> score(CellResult result) {
    return result.scores().stream()
        .filter(
            score ->
                options.metric().isEmpty()
                    || options.metric().get().equals(MetricKey.of(score).toString())
                    || options.metric().get().equals(score.metric()))
        .findFirst();
  }

  /**
   * @param unpaired documents that only one has
   * @param changed documents that are others under one id
   */
  private record Documents(PairedValues values, int unpaired, int changed) {}

  private Documents pair(
      MetricKey metric, CellDocuments first, CellDocuments second, Aggregation aggregation) {
    List<Integer> ids = new ArrayList<>();
    List<Object> firstValues = new ArrayList<>();
    List<Object> secondValues = new ArrayList<>();
    List<String> keys = new ArrayList<>();
    int both = 0;
    int changed = 0;
    for (int id : first.ids()) {
      if (!second.has(id)) {
        continue;
      }
      both++;
      if (!first.hash(id).equals(second.hash(id))) {
        changed++;
        continue;
      }
      Object a = first.value(metric, id);
      Object b = second.value(metric, id);
      boolean comparable =
          aggregation != Aggregations.MEAN
              ? a != null && b != null
              : Double.isFinite(CellDocuments.number(a))
                  && Double.isFinite(CellDocuments.number(b));
      if (comparable) {
        ids.add(id);
        firstValues.add(a);
        secondValues.add(b);
        options.cluster().ifPresent(column -> keys.add(first.column(column, id)));
      }
    }
    int unpaired = first.ids().size() + second.ids().size() - 2 * both;
    unpaired += both - changed - ids.size();
    return new Documents(
        new PairedValues(ids, firstValues, secondValues, keys, aggregation), unpaired, changed);
  }

  private List<ComparedTask.Subgroup> subgroups(PairedValues values, CellDocuments documents) {
    if (options.by().isEmpty()) {
      return List.of();
    }
    Map<String, List<Integer>> places = new TreeMap<>();
    for (int i = 0; i < values.documents().size(); i++) {
      String value = documents.column(options.by().get(), values.documents().get(i));
      places.computeIfAbsent(value == null ? "" : value, key -> new ArrayList<>()).add(i);
    }
    List<ComparedTask.Subgroup> subgroups = new ArrayList<>();
    places.forEach(
        (value, of) ->
            subgroups.add(new ComparedTask.Subgroup(value, values.only(of).compare(options))));
    return List.copyOf(subgroups);
  }

  /** Documents whose values go up (1) or down (-1), the furthest first. */
  private static List<Integer> changes(PairedValues values, int sign) {
    double[] first = values.firstNumbers();
    double[] second = values.secondNumbers();
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < first.length; i++) {
      if (sign * (second[i] - first[i]) > 0) {
        places.add(i);
      }
    }
    places.sort(Comparator.comparingDouble(i -> -sign * (second[i] - first[i])));
    return places.stream().map(values.documents()::get).toList();
  }
}
