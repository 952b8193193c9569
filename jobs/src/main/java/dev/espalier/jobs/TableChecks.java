package dev.espalier.jobs;

import dev.espalier.io.storage.StorageOptions;
import dev.espalier.io.table.Manifest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Holds a table against {@link Checks}, as far as no model is needed. */
final class TableChecks {
  /** Values of a column that are told apart; of others nothing is told. */
  private static final int MOST_VALUES = 10_000;

  private final Checks checks;
  private final StorageOptions storage;

  TableChecks(Checks checks, StorageOptions storage) {
    this.checks = checks;
    this.storage = storage;
  }

  /**
   * What speaks against a table, one sentence each.
   *
   * @param path of the table
   * @param before path of the table before, if there is one
   */
  List<String> failed(String path, Manifest table, Optional<String> before) throws IOException {
    List<String> failed = new ArrayList<>();
    Optional<Manifest> old =
        before.isPresent() ? Manifest.read(before.get(), storage) : Optional.empty();
    rows(table.rows(), old.map(Manifest::rows), failed);
    double failures = (double) table.failedRows() / Math.max(1, table.rows());
    if (failures > checks.mostFailures()) {
      failed.add(
          "checks.failures: %s failed, and %s may"
              .formatted(percent(failures), percent(checks.mostFailures())));
    }
    if (!checks.shares().isEmpty() && old.isPresent()) {
      shares(path, before.get(), failed);
    }
    return failed;
  }

  private void rows(long rows, Optional<Long> before, List<String> failed) {
    if (rows < checks.leastRows()) {
      failed.add("checks.rows.least: there are " + rows + ", fewer than " + checks.leastRows());
    }
    if (rows > checks.mostRows()) {
      failed.add("checks.rows.most: there are " + rows + ", more than " + checks.mostRows());
    }
    if (before.isEmpty() || before.get() == 0) {
      return;
    }
    double change = (double) (rows - before.get()) / before.get();
    String both = "there are " + rows + ", and were " + before.get();
    if (-change > checks.mostShrink()) {
      failed.add("checks.rows.shrink: " + both + ": " + percent(-change) + " are gone");
    }
    if (change > checks.mostGrow()) {
      failed.add("checks.rows.grow: " + both + ": " + percent(change) + " more");
    }
  }

  private void shares(String path, String before, List<String> failed) throws IOException {
    Map<String, Map<String, Long>> now = counts(path);
    Map<String, Map<String, Long>> then = counts(before);
    for (Checks.Share share : checks.shares()) {
      Map<String, Long> values = now.getOrDefault(share.column(), Map.of());
      Map<String, Long> old = then.getOrDefault(share.column(), Map.of());
      if (values.isEmpty() && old.isEmpty()) {
        failed.add("checks.shares." + share.column() + ": there is no such column");
        continue;
      }
      compare(share, values, old, failed);
    }
  }

  private static void compare(
      Checks.Share share, Map<String, Long> values, Map<String, Long> old, List<String> failed) {
    String farthest = null;
    double most = share.most();
    TreeSet<String> all = new TreeSet<>(values.keySet());
    all.addAll(old.keySet());
    for (String value : all) {
      double moved = Math.abs(part(values, value) - part(old, value));
      if (moved > most) {
        most = moved;
        farthest = value;
      }
    }
    if (farthest != null) {
      failed.add(
          "checks.shares.%s: \"%s\" is the value of %s, and was of %s; %s may change"
              .formatted(
                  share.column(),
                  farthest,
                  percent(part(values, farthest)),
                  percent(part(old, farthest)),
                  percent(share.most())));
    }
  }

  private static double part(Map<String, Long> counts, String value) {
    long all = counts.values().stream().mapToLong(Long::longValue).sum();
    return all == 0 ? 0 : (double) counts.getOrDefault(value, 0L) / all;
  }

  /** How often each value is there, by columns. */
  private Map<String, Map<String, Long>> counts(String path) throws IOException {
    Map<String, Map<String, Long>> counts = new HashMap<>();
    TableScan.forEach(
        path,
        storage,
        row -> {
          for (Checks.Share share : checks.shares()) {
            if (row.fields().containsKey(share.column())) {
              Map<String, Long> values =
                  counts.computeIfAbsent(share.column(), column -> new HashMap<>());
              String value = String.valueOf(row.fields().get(share.column()));
              boolean known = values.containsKey(value) || values.size() < MOST_VALUES;
              values.merge(known ? value : "…", 1L, Long::sum);
            }
          }
        });
    return counts;
  }

  static String percent(double part) {
    return String.format(Locale.ROOT, "%.4g%%", 100 * part).replaceAll("\\.?0+%", "%");
  }
}
