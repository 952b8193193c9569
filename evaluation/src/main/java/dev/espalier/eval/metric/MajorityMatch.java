package dev.espalier.eval.metric;

import dev.espalier.eval.TaskDocument;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code majority}: whether the answer that most repeats give is a target (self-consistency); of
 * equally many the one given first. It takes the arguments of {@code exact_match}.
 */
final class MajorityMatch implements Metric {
  private final ExactMatch match;

  MajorityMatch(NamedArguments arguments) {
    this.match = ExactMatch.among(arguments);
  }

  @Override
  public String name() {
    return "majority";
  }

  @Override
  public Object value(TaskDocument document, List<Object> answers) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    String vote = null;
    for (String text : Targets.answers(answers, name())) {
      counts.merge(text, 1, Integer::sum);
    }
    for (Map.Entry<String, Integer> entry : counts.entrySet()) {
      vote = vote == null || entry.getValue() > counts.get(vote) ? entry.getKey() : vote;
    }
    String most = vote;
    return Targets.of(document).stream().anyMatch(target -> match.isMatch(target, most))
        ? 1.0
        : 0.0;
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
    return 1;
  }
}
