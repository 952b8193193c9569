package dev.espalier.eval.metric;

import dev.espalier.eval.TaskDocument;
import dev.espalier.jinja.PythonText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code judge}: how often a judge prefers a candidate, asked twice with the places of both
 * swapped: the first request shows the candidate first, the second one last. A win is 1, a tie one
 * half; a judge who prefers a place and not a candidate gives one half, and so does one who gives
 * no verdict (an empty one). {@code judge_consistency} is the share of documents on which there are
 * two verdicts that agree. Verdicts are spelled by the arguments {@code first}, {@code second} and
 * {@code tie}: {@code A}, {@code B} and {@code tie}.
 */
final class JudgeVerdicts implements Metric {
  private final String first;
  private final String second;
  private final String tie;

  JudgeVerdicts(NamedArguments arguments) {
    this.first = arguments.text("first", "A");
    this.second = arguments.text("second", "B");
    this.tie = arguments.text("tie", "tie");
  }

  @Override
  public String name() {
    return "judge";
  }

  @Override
  public Object value(TaskDocument document, List<Object> answers) {
    if (answers.size() != 2) {
      throw new ScoringException(
          "judge needs two verdicts, one for each order, and there are " + answers.size());
    }
    double shownFirst = win(answers.get(0));
    double shownLast = 1 - win(answers.get(1));
    Map<String, Object> values = new LinkedHashMap<>();
    values.put(name(), (shownFirst + shownLast) / 2);
    boolean both = answers.stream().noneMatch(this::isMissing);
    values.put("judge_consistency", both && shownFirst == shownLast ? 1.0 : 0.0);
    return values;
  }

  private boolean isMissing(Object answer) {
    return PythonText.strip(Answers.text(answer, name())).isEmpty();
  }

  /** How far the verdict is for the one shown first. */
  private double win(Object answer) {
    String verdict = PythonText.strip(Answers.text(answer, name()));
    if (verdict.equals(first)) {
      return 1;
    }
    if (verdict.equals(second)) {
      return 0;
    }
    if (verdict.equals(tie) || verdict.isEmpty()) {
      return 0.5;
    }
    throw new ScoringException(
        String.format(
            "the verdict `%s` is none of %s, %s and %s; give judge a regex filter",
            verdict, first, second, tie));
  }

  @Override
  public Aggregation aggregation() {
    return Aggregations.MEAN;
  }

  @Override
  public boolean higherIsBetter() {
    return true;
  }
}
