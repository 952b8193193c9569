package dev.espalier.jobs.view;

import dev.espalier.eval.compare.ComparedGroup;
import dev.espalier.eval.compare.ComparedTask;
import dev.espalier.eval.compare.Comparison;
import dev.espalier.eval.compare.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A comparison as a table on a terminal. */
public final class ComparisonText {
  private static final List<String> HEAD =
      List.of(
          "task",
          "metric",
          "docs",
          "baseline",
          "other",
          "difference",
          "interval",
          "p (Holm)",
          "test",
          "lost",
          "gained",
          "visible",
          "");

  private final Comparison comparison;
  private final double level;

  /**
   * @param level below which a corrected p-value tells two models apart
   */
  public ComparisonText(Comparison comparison, double level) {
    this.comparison = comparison;
    this.level = level;
  }

  /** Several lines, the last one ended. */
  public String text() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEAD);
    for (ComparedTask task : comparison.tasks()) {
      rows.add(
          row(
              task.task() + axes(task.axes()),
              task.metric().toString(),
              task.higherIsBetter(),
              task.outcome()));
      for (ComparedTask.Subgroup subgroup : task.subgroups()) {
        rows.add(
            row("  " + oneLine(subgroup.value()), "", task.higherIsBetter(), subgroup.outcome()));
      }
    }
    for (ComparedGroup group : comparison.groups()) {
      rows.add(
          row(
              "[" + group.group() + "]" + axes(group.axes()),
              group.metric().toString(),
              group.higherIsBetter(),
              group.outcome()));
    }
    StringBuilder text = new StringBuilder();
    text.append(comparison.other().label())
        .append(" against ")
        .append(comparison.baseline().label())
        .append('\n');
    if (rows.size() > 1) {
      append(text, rows);
      text.append(summary()).append('\n');
    }
    comparison.notes().forEach(note -> text.append("note: ").append(note).append('\n'));
    for (ComparedTask task : comparison.tasks()) {
      if (task.unpaired() + task.changed() > 0) {
        text.append("note: ")
            .append(task.task())
            .append(axes(task.axes()))
            .append(": left out ")
            .append(task.unpaired())
            .append(" documents that one of the two lacks, ")
            .append(task.changed())
            .append(" that differ between them\n");
      }
    }
    return text.toString();
  }

  static String axes(Map<String, String> axes) {
    return axes.isEmpty()
        ? ""
        : axes.entrySet().stream()
            .map(axis -> axis.getKey() + "=" + axis.getValue())
            .collect(Collectors.joining(",", " ", ""));
  }

  private static String oneLine(String value) {
    String line = value.replaceAll("\\s+", " ").strip();
    return line.isEmpty() ? "(none)" : line.length() > 30 ? line.substring(0, 29) + "…" : line;
  }

  private List<String> row(String name, String metric, boolean higherIsBetter, Outcome outcome) {
    boolean flips = outcome.onlyFirst() >= 0;
    return List.of(
        name,
        metric + (higherIsBetter || metric.isEmpty() ? "" : " (less is better)"),
        outcome.documents()
            + (outcome.clusters() < outcome.documents() ? "/" + outcome.clusters() : ""),
        Figure.of(outcome.first()),
        Figure.of(outcome.second()),
        Figure.signed(outcome.difference()),
        Double.isNaN(outcome.lower())
            ? "-"
            : Figure.signed(outcome.lower()) + " " + Figure.signed(outcome.upper()),
        Figure.chance(outcome.adjusted()),
        outcome.test().label(),
        flips ? Integer.toString(outcome.onlyFirst()) : "",
        flips ? Integer.toString(outcome.onlySecond()) : "",
        Figure.of(outcome.smallestEffect()),
        switch (outcome.verdict(higherIsBetter, level)) {
          case BETTER -> "better";
          case WORSE -> "worse";
          case UNCERTAIN -> "";
        });
  }

  private static void append(StringBuilder text, List<List<String>> rows) {
    int[] widths = new int[HEAD.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String pad = " ".repeat(widths[i] - row.get(i).length());
        boolean left = i < 2 || i == 8 || i == widths.length - 1;
        line.append(left ? row.get(i) + pad : pad + row.get(i)).append("  ");
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
  }

  private String summary() {
    int better = 0;
    int worse = 0;
    for (ComparedTask task : comparison.tasks()) {
      switch (task.outcome().verdict(task.higherIsBetter(), level)) {
        case BETTER -> better++;
        case WORSE -> worse++;
        case UNCERTAIN -> {}
      }
    }
    int open = comparison.tasks().size() - better - worse;
    return String.format(
        Locale.ROOT,
        "better on %d, worse on %d, not certain on %d (corrected p below %s is certain)",
        better,
        worse,
        open,
        String.format(Locale.ROOT, "%.4f", level).replaceAll("0+$", ""));
  }
}
