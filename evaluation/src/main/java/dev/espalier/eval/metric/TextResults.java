package dev.espalier.eval.metric;

import dev.espalier.eval.TaskDocument;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The harness's rule for {@code generate_until}. */
final class TextResults implements ResultsFunction {
  /** Of these each of several targets is one more reference, and the value no yes or no. */
  private static final Set<String> OF_CORPUS = Set.of("bleu", "chrf", "chrf++", "ter");

  private final Collection<TaskMetric> metrics;
  private final DocumentForm form;

  TextResults(Collection<TaskMetric> metrics, DocumentForm form) {
    this.metrics = metrics;
    this.form = form;
  }

  @Override
  public Map<String, Object> values(TaskDocument document, List<Object> answers) {
    Object answer = answers.get(0);
    Object gold = gold(document, answer);
    Map<String, Object> values = new LinkedHashMap<>();
    for (TaskMetric metric : metrics) {
      if (metric.function() != null) {
        values.put(metric.name(), value(metric, gold, answer));
      }
    }
    return values;
  }

  private Object gold(TaskDocument document, Object answer) {
    Object target = document.target();
    if (!document.choices().isEmpty()) {
      int index = (int) Answers.number(target);
      int place = index < 0 ? index + document.choices().size() : index;
      if (place < 0 || place >= document.choices().size()) {
        throw new ScoringException("the target " + index + " is none of the choices");
      }
      return document.choices().get(place);
    }
    if (form.hasSeveralTargets()) {
      // As list(target) of Python's: a text falls apart into its characters.
      return target instanceof String ? Answers.items(target) : target;
    }
    boolean isBypassed = metrics.stream().anyMatch(metric -> metric.name().equals("bypass"));
    return isBypassed ? target : Answers.ofKind(answer, target);
  }

  private Object value(TaskMetric metric, Object gold, Object answer) {
    if (!form.hasSeveralTargets() || !(gold instanceof List<?> || gold instanceof String)) {
      return call(metric, gold, answer);
    }
    List<?> golds = gold instanceof List<?> list ? list : List.of(gold);
    if (OF_CORPUS.contains(metric.name()) && HarnessMetric.named(metric.name()) != null) {
      return call(metric, golds, answer);
    }
    if (metric.function() instanceof ExactMatch match) {
      List<Object> same = new ArrayList<>(Collections.nCopies(golds.size(), answer));
      return match.share(new ArrayList<>(golds), same) > 0 ? 1.0 : 0.0;
    }
    for (Object each : golds) {
      if (isTrue(call(metric, each, answer))) {
        return 1.0;
      }
    }
    return 0.0;
  }

  private static Object call(TaskMetric metric, Object gold, Object answer) {
    List<Object> references = new ArrayList<>();
    references.add(gold);
    List<Object> predictions = new ArrayList<>();
    predictions.add(answer);
    return metric.function().value(references, predictions, metric.arguments());
  }

  private static boolean isTrue(Object value) {
    if (value instanceof Map<?, ?> several && several.size() == 1) {
      return isTrue(several.values().iterator().next());
    }
    return value instanceof List<?> list ? !list.isEmpty() : Answers.number(value) != 0;
  }
}
