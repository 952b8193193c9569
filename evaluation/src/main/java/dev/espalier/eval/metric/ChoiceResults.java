package dev.espalier.eval.metric;

import dev.espalier.eval.TaskDocument;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The harness's rule for {@code multiple_choice}. */
final class ChoiceResults implements ResultsFunction {
  private final Set<String> metrics;
  private final DocumentForm form;

  ChoiceResults(Set<String> metrics, DocumentForm form) {
    this.metrics = metrics;
    this.form = form;
  }

  @Override
  public Map<String, Object> values(TaskDocument document, List<Object> answers) {
    Choices choices = new Choices(document, answers, form, metrics.contains("acc_mutual_info"));
    Map<String, Object> values = new LinkedHashMap<>();
    put(values, "acc", choices.accuracy());
    put(values, "f1", pair(choices.gold(), (long) choices.best()));
    put(values, "mcc", pair(choices.gold(), (long) choices.best()));
    put(values, "acc_norm", choices.accuracyByLength());
    put(values, "acc_bytes", choices.accuracyByBytes());
    put(values, "exact_match", choices.exactMatch());
    put(values, "brier_score", pair(choices.gold(), list(choices.probabilities())));
    put(values, "likelihood", pair(choices.gold(), list(choices.sums())));
    if (metrics.contains("acc_mutual_info")) {
      values.put("acc_mutual_info", choices.accuracyByMutualInformation());
    }
    return values;
  }

  private void put(Map<String, Object> values, String name, Object value) {
    if (metrics.contains(name)) {
      values.put(name, value);
    }
  }

  private static List<Object> pair(Object gold, Object given) {
    List<Object> pair = new ArrayList<>();
    pair.add(gold);
    pair.add(given);
    return pair;
  }

  private static List<Object> list(double[] values) {
    List<Object> list = new ArrayList<>();
    for (double value : values) {
      list.add(value);
    }
    return list;
  }
}
