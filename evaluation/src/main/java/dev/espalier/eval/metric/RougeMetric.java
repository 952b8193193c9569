package dev.espalier.eval.metric;

import dev.espalier.eval.TaskDocument;
import java.util.List;

/** {@code rouge1} and its like: the F-measure of an answer and the target that it is nearest to. */
final class RougeMetric implements Metric {
  private final String name;

  RougeMetric(String name, NamedArguments arguments) {
    this.name = name;
    if (arguments.flag("use_stemmer")) {
      throw new IllegalArgumentException("a stemmer is not supported; leave out use_stemmer");
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Object value(TaskDocument document, List<Object> answers) {
    String answer = Targets.answer(answers, name);
    double best = 0;
    for (String target : Targets.of(document)) {
      best = Math.max(best, Rouge.fMeasure(name, target, answer));
    }
    return best;
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
