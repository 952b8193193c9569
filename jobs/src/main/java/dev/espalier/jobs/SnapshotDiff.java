package dev.espalier.jobs;

import dev.espalier.io.storage.StorageOptions;
import dev.espalier.row.ExternalSorter;
import dev.espalier.row.Row;
import dev.espalier.row.RowCoders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The rows and columns in which two tables differ. Rows that could not be read and have no id are
 * not compared.
 */
final class SnapshotDiff {
  private static final long SORT_BYTES = 64L << 20;

  private final int shown;
  private final Map<String, List<String>> keys = new TreeMap<>();
  private final Map<String, Long> counts = new TreeMap<>();
  private final Map<String, Long> columns = new TreeMap<>();
  private long same;

  private SnapshotDiff(int shown) {
    this.shown = shown;
  }

  /**
   * Compares two tables, of any size.
   *
   * @param shown most keys that are named of each kind of change
   */
  static SnapshotDiff of(String from, String to, StorageOptions storage, int shown)
      throws IOException {
    SnapshotDiff diff = new SnapshotDiff(shown);
    try (ExternalSorter<String, Row> before = sorter();
        ExternalSorter<String, Row> after = sorter()) {
      diff.merge(rows(from, storage, before), rows(to, storage, after));
    }
    return diff;
  }

  private static ExternalSorter<String, Row> sorter() {
    return new ExternalSorter<>(
        Comparator.<String>naturalOrder(), RowCoders.TEXT, RowCoders.ROW, SORT_BYTES);
  }

  private static Iterator<Map.Entry<String, Row>> rows(
      String table, StorageOptions storage, ExternalSorter<String, Row> sorter) throws IOException {
    TableScan.forEach(
        table,
        storage,
        row -> {
          try {
            sorter.add(row.id(), row);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    return sorter.sorted();
  }

  private void merge(
      Iterator<Map.Entry<String, Row>> before, Iterator<Map.Entry<String, Row>> after) {
    Optional<Row> old = next(before);
    Optional<Row> now = next(after);
    while (old.isPresent() || now.isPresent()) {
      int order = old.isEmpty() ? 1 : now.isEmpty() ? -1 : old.get().id().compareTo(now.get().id());
      if (order < 0) {
        note("deleted", old.get().id());
      } else if (order > 0) {
        note("new", now.get().id());
      } else {
        compare(old.get(), now.get());
      }
      old = order <= 0 ? next(before) : old;
      now = order >= 0 ? next(after) : now;
    }
  }

  private static Optional<Row> next(Iterator<Map.Entry<String, Row>> rows) {
    return rows.hasNext() ? Optional.of(rows.next().getValue()) : Optional.empty();
  }

  private void compare(Row old, Row now) {
    TreeSet<String> names = new TreeSet<>(old.fields().keySet());
    names.addAll(now.fields().keySet());
    boolean differs = false;
    for (String name : names) {
      if (!Objects.equals(old.fields().get(name), now.fields().get(name))) {
        columns.merge(name, 1L, Long::sum);
        differs = true;
      }
    }
    if (differs) {
      note("changed", now.id());
    } else {
      same++;
    }
  }

  private void note(String kind, String key) {
    counts.merge(kind, 1L, Long::sum);
    List<String> named = keys.computeIfAbsent(kind, any -> new ArrayList<>());
    if (named.size() < shown) {
      named.add(key);
    }
  }

  String text(int from, int to) {
    StringBuilder text = new StringBuilder();
    text.append(
        "%d to %d: %d new, %d changed, %d deleted, %d the same%n"
            .formatted(from, to, count("new"), count("changed"), count("deleted"), same));
    columns.forEach(
        (name, rows) ->
            text.append("    column %s: %s changed%n".formatted(name, Figures.count(rows, "row"))));
    keys.forEach(
        (kind, named) -> {
          long more = count(kind) - named.size();
          if (!named.isEmpty()) {
            text.append("    ").append(kind).append(": ").append(String.join(", ", named));
            text.append(more > 0 ? " and " + more + " more" : "").append(System.lineSeparator());
          }
        });
    return text.toString();
  }

  private long count(String kind) {
    return counts.getOrDefault(kind, 0L);
  }
}
