package dev.espalier.eval.compare;

import dev.espalier.eval.Cell;
import dev.espalier.eval.Sample;
import dev.espalier.eval.SweepResults;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What of a cell's samples is compared: each document's values, without prompts and answers.
 *
 * <p>Lists are in the order of documents. Immutable once read.
 */
final class CellDocuments {
  private final List<Integer> ids = new ArrayList<>();
  private final List<String> hashes = new ArrayList<>();
  private final Map<String, List<String>> columns = new LinkedHashMap<>();
  private final Set<String> columnsSeen = new LinkedHashSet<>();
  private final Map<MetricKey, Map<Integer, Object>> values = new LinkedHashMap<>();
  private final Map<Integer, Integer> placeOf = new HashMap<>();

  private CellDocuments(Collection<String> columns) {
    columns.forEach(column -> this.columns.put(column, new ArrayList<>()));
  }

  /**
   * @param columns of documents to keep
   * @throws IOException if the samples cannot be read
   */
  static CellDocuments read(SweepResults sweep, Cell cell, Collection<String> columns)
      throws IOException {
    CellDocuments documents = new CellDocuments(columns);
    try (Stream<Sample> samples = sweep.samples(cell)) {
      samples.forEach(documents::add);
    }
    return documents;
  }

  /**
   * The mean values of the same documents in several cells, such as those of several seeds: of
   * documents that all have, and metrics that are numbers.
   */
  static CellDocuments averageOf(List<CellDocuments> cells) {
    CellDocuments first = cells.get(0);
    if (cells.size() == 1) {
      return first;
    }
    CellDocuments average = new CellDocuments(first.columns.keySet());
    average.columnsSeen.addAll(first.columnsSeen);
    for (int id : first.ids) {
      if (cells.stream().allMatch(cell -> first.hash(id).equals(cell.hash(id)))) {
        average.placeOf.put(id, average.ids.size());
        average.ids.add(id);
        average.hashes.add(first.hash(id));
        average.columns.forEach((column, kept) -> kept.add(first.column(column, id)));
      }
    }
    for (MetricKey metric : first.values.keySet()) {
      Map<Integer, Object> means = new HashMap<>();
      for (int id : average.ids) {
        double sum = 0;
        for (CellDocuments cell : cells) {
          sum += number(cell.value(metric, id));
        }
        means.put(id, sum / cells.size());
      }
      average.values.put(metric, means);
    }
    return average;
  }

  private void add(Sample sample) {
    int id = sample.document().id();
    if (placeOf.putIfAbsent(id, ids.size()) == null) {
      ids.add(id);
      hashes.add(sample.documentHash());
      columnsSeen.addAll(sample.document().document().keySet());
      columns.forEach((column, kept) -> kept.add(text(sample.document().document().get(column))));
    }
    sample
        .metrics()
        .forEach(
            (metric, value) ->
                values
                    .computeIfAbsent(new MetricKey(metric, sample.filter()), key -> new HashMap<>())
                    .put(id, value));
  }

  private static String text(Object value) {
    return value == null ? null : value.toString();
  }

  List<Integer> ids() {
    return ids;
  }

  /** The document's hash; null if the cell does not have it. */
  String hash(int id) {
    Integer place = placeOf.get(id);
    return place == null ? null : hashes.get(place);
  }

  boolean has(int id) {
    return placeOf.containsKey(id);
  }

  /** The names of all columns that documents have. */
  Set<String> columnNames() {
    return columnsSeen;
  }

  /** A kept column's value as text; null for none. */
  String column(String column, int id) {
    return columns.get(column).get(placeOf.get(id));
  }

  Set<MetricKey> metrics() {
    return values.keySet();
  }

  /** A document's value of a metric; null if it has none. */
  Object value(MetricKey metric, int id) {
    return values.getOrDefault(metric, Map.of()).get(id);
  }

  /** A value as a number; NaN if it is none. */
  static double number(Object value) {
    if (value instanceof Boolean flag) {
      return flag ? 1 : 0;
    }
    return value instanceof Number number ? number.doubleValue() : Double.NaN;
  }
}
