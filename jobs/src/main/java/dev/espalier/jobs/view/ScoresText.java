package dev.espalier.jobs.view;

import dev.espalier.eval.Cell;
import dev.espalier.eval.CellResult;
import dev.espalier.eval.MetricScore;
import dev.espalier.eval.SweepResults;
import dev.espalier.eval.TaskGroup;
import dev.espalier.eval.metric.GroupScore;
import dev.espalier.eval.metric.GroupScorer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The scores of a sweep as a table on a terminal: groups, and the tasks below them. */
public final class ScoresText {
  /** Of tasks that are in groups no more lines are shown. */
  private static final int MOST_LINES = 40;

  private final SweepResults results;
  private final List<List<String>> rows = new ArrayList<>();

  private ScoresText(SweepResults results) {
    this.results = results;
  }

  /** Several lines, the last one ended. */
  public static String of(SweepResults results) {
    return new ScoresText(results).text();
  }

  private String text() {
    Map<List<Object>, List<CellResult>> combinations = new LinkedHashMap<>();
    for (CellResult result : results.cells()) {
      Cell cell = result.cell();
      combinations
          .computeIfAbsent(List.of(cell.model(), cell.axes()), key -> new ArrayList<>())
          .add(result);
    }
    Set<String> grouped =
        results.groups().stream()
            .filter(group -> !group.aggregates().isEmpty())
            .flatMap(group -> below(group).stream())
            .collect(Collectors.toSet());
    boolean isLong = results.cells().size() > MOST_LINES;
    rows.add(List.of("task", "model", "docs", "metric", "value", "std. error"));
    int hidden = 0;
    for (List<CellResult> combination : combinations.values()) {
      Cell first = combination.get(0).cell();
      Map<String, List<MetricScore>> scores = new LinkedHashMap<>();
      combination.forEach(result -> scores.put(result.cell().task(), result.scores()));
      for (GroupScore group : GroupScorer.scoreKept(results.groups(), scores)) {
        add("[" + group.group().alias() + "]", first, group.scores());
      }
      for (CellResult result : combination) {
        if (isLong && grouped.contains(result.cell().task())) {
          hidden++;
        } else {
          add(result.cell().task(), first, result.scores());
        }
      }
    }
    StringBuilder text = new StringBuilder();
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String blanks = " ".repeat(widths[i] - row.get(i).length());
        boolean isText = i < 2 || i == 3;
        line.append(i == 0 ? "" : "  ");
        line.append(isText ? row.get(i) + blanks : blanks + row.get(i));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    if (hidden > 0) {
      text.append("and ").append(hidden).append(" tasks of these groups\n");
    }
    return text.toString();
  }

  private Set<String> below(TaskGroup group) {
    Set<String> tasks = new LinkedHashSet<>();
    Set<String> seen = new LinkedHashSet<>();
    List<String> left = new ArrayList<>(group.members());
    while (!left.isEmpty()) {
      String member = left.remove(left.size() - 1);
      if (seen.add(member)) {
        tasks.add(member);
        results.groups().stream()
            .filter(inner -> inner.name().equals(member))
            .forEach(inner -> left.addAll(inner.members()));
      }
    }
    return tasks;
  }

  private void add(String task, Cell cell, List<MetricScore> scores) {
    String model =
        cell.model()
            + cell.axes().entrySet().stream()
                .map(axis -> " " + axis.getKey() + "=" + axis.getValue())
                .collect(Collectors.joining());
    for (MetricScore score : scores) {
      rows.add(
          List.of(
              task,
              model,
              Integer.toString(score.documents()),
              score.metric() + (score.filter().equals("none") ? "" : "," + score.filter()),
              number(score.value()),
              score.standardError().isPresent()
                  ? number(score.standardError().getAsDouble())
                  : ""));
    }
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}
