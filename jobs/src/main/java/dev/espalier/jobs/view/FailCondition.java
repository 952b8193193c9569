package dev.espalier.jobs.view;

import dev.espalier.eval.compare.ComparedGroup;
import dev.espalier.eval.compare.ComparedTask;
import dev.espalier.eval.compare.Comparison;
import dev.espalier.eval.compare.Outcome;
import dev.espalier.row.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * When a comparison fails: {@code [seems|maybe] worse|better|different : NAME [METRIC] [by
 * NUMBER]}.
 *
 * @param text as it was written
 * @param name of tasks and groups, with {@code *} for any characters; {@code any} for all tasks
 * @param metric {@code NAME} or {@code NAME,FILTER}; absent for the one that is compared by
 * @param by how far, in the metric's unit
 */
public record FailCondition(
    String text,
    Certainty certainty,
    Change change,
    String name,
    Optional<String> metric,
    double by) {
  private static final Pattern FORM =
      Pattern.compile(
          "\\s*(?:(seems|maybe)\\s+)?(worse|better|different)\\s*:\\s*(\\S+?)"
              + "(?:\\s+(?!by\\s)(\\S+))?"
              + "(?:\\s+by\\s+(\\d+(?:\\.\\d*)?|\\.\\d+)(%)?)?\\s*");

  private static final String REMEDY =
      "write [seems|maybe] worse|better|different:NAME [METRIC] [by NUMBER], such as \"worse:mmlu"
          + " by 0.01\" or \"worse:gsm8k exact_match,strict-match by 0.01\"";

  /** How sure the change has to be. */
  public enum Certainty {
    /** It is so in the documents, and the test is sure that there is a difference. */
    CERTAIN,
    /** It is so in the documents. */
    SEEMS,
    /** The interval does not rule it out. */
    MAYBE
  }

  /** Where to. */
  public enum Change {
    WORSE,
    BETTER,
    DIFFERENT
  }

  /** Reads one; adds a problem if it is none. */
  public static Optional<FailCondition> parse(String text, List<Problem> problems) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      problems.add(new Problem("espalier compare", "--fail-if is `" + text + "`", REMEDY));
      return Optional.empty();
    }
    Certainty certainty =
        matcher.group(1) == null
            ? Certainty.CERTAIN
            : Certainty.valueOf(matcher.group(1).toUpperCase(Locale.ROOT));
    double by = matcher.group(5) == null ? 0 : Double.parseDouble(matcher.group(5));
    return Optional.of(
        new FailCondition(
            text.strip(),
            certainty,
            Change.valueOf(matcher.group(2).toUpperCase(Locale.ROOT)),
            matcher.group(3),
            Optional.ofNullable(matcher.group(4)),
            matcher.group(6) == null ? by : by / 100));
  }

  /**
   * Why the condition holds: a sentence for each comparison of which it does.
   *
   * @param level below which a corrected p-value is certain
   */
  public List<String> holds(List<Comparison> comparisons, double level) {
    List<String> reasons = new ArrayList<>();
    for (Comparison comparison : comparisons) {
      for (ComparedTask task : comparison.tasks()) {
        if (names(task.task(), true)) {
          check(
                  comparison,
                  task.task(),
                  task.axes().toString(),
                  task.higherIsBetter(),
                  task.outcome(),
                  level)
              .ifPresent(reasons::add);
        }
      }
      for (ComparedGroup group : comparison.groups()) {
        if (names(group.group(), false)) {
          check(
                  comparison,
                  group.group(),
                  group.axes().toString(),
                  group.higherIsBetter(),
                  group.outcome(),
                  level)
              .ifPresent(reasons::add);
        }
      }
    }
    return reasons;
  }

  /** Whether it is about a task. */
  public boolean isAbout(String task) {
    return names(task, true);
  }

  /** Whether it is about some of these comparisons. */
  public boolean isAboutSomeOf(List<Comparison> comparisons) {
    return comparisons.stream()
        .anyMatch(
            comparison ->
                comparison.tasks().stream().anyMatch(task -> names(task.task(), true))
                    || comparison.groups().stream().anyMatch(group -> names(group.group(), false)));
  }

  private boolean names(String found, boolean task) {
    if (name.equals("any")) {
      return task;
    }
    return matches(name, found);
  }

  /** Whether a name fits a pattern in which {@code *} stands for any characters. */
  public static boolean matches(String pattern, String name) {
    return name.matches(
        Arrays.stream(pattern.split("\\*", -1))
            .map(Pattern::quote)
            .collect(Collectors.joining(".*")));
  }

  private Optional<String> check(
      Comparison comparison,
      String task,
      String axes,
      boolean higherIsBetter,
      Outcome outcome,
      double level) {
    double sign = higherIsBetter ? 1 : -1;
    double gain = sign * outcome.difference();
    double least = sign * (higherIsBetter ? outcome.lower() : outcome.upper());
    double most = sign * (higherIsBetter ? outcome.upper() : outcome.lower());
    boolean met =
        switch (change) {
          case WORSE -> met(-gain, -least, outcome, level);
          case BETTER -> met(gain, most, outcome, level);
          case DIFFERENT -> met(Math.abs(gain), Math.max(-least, most), outcome, level);
        };
    return met
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "%s: %s%s of %s differs by %+.4f from %s (%s, corrected p %s)",
                text,
                task,
                axes.equals("{}") ? "" : " " + axes,
                comparison.other().label(),
                outcome.difference(),
                comparison.baseline().label(),
                Double.isNaN(outcome.lower())
                    ? "no interval"
                    : String.format(Locale.ROOT, "%.4f to %.4f", outcome.lower(), outcome.upper()),
                Figure.chance(outcome.adjusted())))
        : Optional.empty();
  }

  /**
   * @param change seen, towards what is asked
   * @param end of its interval
   */
  private boolean met(double change, double end, Outcome outcome, double level) {
    return switch (certainty) {
      case CERTAIN -> change > 0 && reaches(change) && outcome.adjusted() < level;
      case SEEMS -> change > 0 && reaches(change);
      case MAYBE -> Double.isNaN(end) || (end > 0 && reaches(end));
    };
  }

  /** But for rounding: 0.76 less 0.75 is a bit less than 0.01. */
  private boolean reaches(double change) {
    return change >= by - 1e-12;
  }
}
