package dev.espalier.eval.metric;

import dev.espalier.eval.OutputType;
import dev.espalier.eval.TaskDocument;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * {@code ece}: the expected calibration error of a multiple-choice task. Documents are put into
 * bins of equal width by the probability of the best choice; the error is the mean distance of that
 * probability and accuracy over bins, weighted by documents. {@code bins} is 10 unless given.
 */
final class CalibrationError implements Metric {
  private final int bins;

  CalibrationError(NamedArguments arguments) {
    this.bins = arguments.integer("bins", 10);
    if (bins < 1) {
      throw new IllegalArgumentException("ece: bins must be positive");
    }
  }

  @Override
  public String name() {
    return "ece";
  }

  @Override
  public Object value(TaskDocument document, List<Object> answers) {
    Choices choices = new Choices(document, answers, DocumentForm.of(document), true);
    return List.of(choices.probabilities()[choices.best()], choices.accuracy());
  }

  @Override
  public Aggregation aggregation() {
    return new Aggregation() {
      @Override
      public Number of(List<Object> values) {
        return error(values.size(), value -> first(values, value), value -> second(values, value));
      }

      @Override
      public Double standardError(List<Object> values, int iterations) {
        if (iterations <= 0) {
          return null;
        }
        return Bootstrap.standardError(
            () ->
                choice ->
                    error(
                        choice.length,
                        i -> first(values, choice[i]),
                        i -> second(values, choice[i])),
            values.size(),
            iterations);
      }
    };
  }

  private static double first(List<Object> values, int index) {
    return Answers.number(Aggregations.pair(values.get(index)).get(0));
  }

  private static double second(List<Object> values, int index) {
    return Answers.number(Aggregations.pair(values.get(index)).get(1));
  }

  private double error(
      int count, ToDoubleFunction<Integer> confidence, ToDoubleFunction<Integer> accuracy) {
    double[] confidences = new double[bins];
    double[] accuracies = new double[bins];
    for (int i = 0; i < count; i++) {
      double probability = confidence.applyAsDouble(i);
      // A bin holds its upper end, and the first one zero.
      int bin = Math.max(0, Math.min(bins - 1, (int) Math.ceil(probability * bins) - 1));
      confidences[bin] += probability;
      accuracies[bin] += accuracy.applyAsDouble(i);
    }
    double error = 0;
    for (int bin = 0; bin < bins; bin++) {
      error += Math.abs(accuracies[bin] - confidences[bin]) / count;
    }
    return error;
  }

  @Override
  public boolean higherIsBetter() {
    return false;
  }

  @Override
  public Set<OutputType> types() {
    return Set.of(OutputType.MULTIPLE_CHOICE);
  }
}
