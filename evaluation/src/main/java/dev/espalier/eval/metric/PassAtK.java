package dev.espalier.eval.metric;

import dev.espalier.eval.TaskDocument;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code pass@k}: how likely one of k answers is right, unbiased from n answers of which some are
 * (Chen et al. 2021). An answer is right if it is a target by {@code exact_match}, whose arguments
 * it takes; {@code k} is a number or a list, each of which is a metric of its own.
 */
final class PassAtK implements Metric {
  private final List<Integer> ks = new ArrayList<>();
  private final ExactMatch match;

  PassAtK(NamedArguments arguments) {
    Object given = arguments.value("k", List.of(1L));
    for (Object k : given instanceof List<?> list ? list : List.of(given)) {
      if (!(k instanceof Long number) || number < 1 || number > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "pass@k: k must be a positive integer, or a list of them");
      }
      ks.add(number.intValue());
    }
    if (ks.isEmpty()) {
      throw new IllegalArgumentException("pass@k: k is an empty list");
    }
    this.match = ExactMatch.among(arguments);
  }

  @Override
  public String name() {
    return "pass@k";
  }

  @Override
  public Object value(TaskDocument document, List<Object> answers) {
    List<String> texts = Targets.answers(answers, name());
    List<String> targets = Targets.of(document);
    int right = 0;
    for (String text : texts) {
      right += targets.stream().anyMatch(target -> match.isMatch(target, text)) ? 1 : 0;
    }
    Map<String, Object> values = new LinkedHashMap<>();
    for (int k : ks) {
      if (texts.size() < k) {
        throw new ScoringException(
            "pass@" + k + " needs as many answers, and there are " + texts.size());
      }
      values.put("pass@" + k, estimate(texts.size(), right, k));
    }
    return values;
  }

  /**
   * One less the chance that none of {@code k} answers drawn is right.
   *
   * @param count of all answers
   */
  static double estimate(int count, int right, int k) {
    if (count - right < k) {
      return 1;
    }
    double none = 1;
    for (int i = count - right + 1; i <= count; i++) {
      none *= 1 - (double) k / i;
    }
    return 1 - none;
  }

  @Override
  public Aggregation aggregation() {
    return Aggregations.MEAN;
  }

  @Override
  public boolean higherIsBetter() {
    return true;
  }

  @Override
  public int answersNeeded() {
    return Collections.max(ks);
  }
}
