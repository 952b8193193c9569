package dev.espalier.eval.metric;

import dev.espalier.eval.Response;
import dev.espalier.eval.TaskDocument;
import dev.espalier.eval.python.CMath;
import dev.espalier.eval.python.FloatSums;
import dev.espalier.jinja.PythonText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** A multiple-choice document and the log-probabilities of its choices. */
final class Choices {
  /** Stands for a right answer that is none of the choices. */
  static final long NONE = -100;

  private final List<String> choices;
  private final double[] sums;
  private final boolean[] greedy;
  private final double[] unconditional;
  private final Object gold;
  private final boolean hasSeveralTargets;

  /**
   * @param form of the task's documents, which its first one shows
   * @param hasMutualInformation whether requests without a context follow those of the choices
   */
  Choices(
      TaskDocument document,
      List<Object> answers,
      DocumentForm form,
      boolean hasMutualInformation) {
    this.choices = document.choices();
    double[] all = new double[answers.size()];
    boolean[] allGreedy = new boolean[answers.size()];
    for (int i = 0; i < all.length; i++) {
      if (!(answers.get(i) instanceof Response.Loglikelihood answer)) {
        throw new ScoringException(
            "a choice needs its log-probability, not " + Answers.kind(answers.get(i)));
      }
      all[i] = answer.sum();
      allGreedy[i] = answer.greedy();
    }
    int count = choices.size();
    boolean isDoubled = hasMutualInformation && all.length == 2 * count;
    if (!isDoubled && all.length != count) {
      throw new ScoringException(
          String.format("there are %d choices and %d log-probabilities", count, all.length));
    }
    this.sums = isDoubled ? Arrays.copyOf(all, count) : all;
    this.unconditional = isDoubled ? Arrays.copyOfRange(all, count, all.length) : null;
    this.greedy = allGreedy;
    this.hasSeveralTargets = form.hasSeveralTargets();
    this.gold = gold(form.hasSeveralInputs() ? document.text() : document.target());
  }

  private Object gold(Object given) {
    if (given instanceof List<?> list) {
      List<Object> golds = new ArrayList<>();
      for (Object each : list) {
        golds.add(Answers.number(each) < choices.size() ? each : NONE);
      }
      return golds;
    }
    if (given instanceof String text) {
      int index = choices.indexOf(text);
      return index < 0 ? NONE : (Object) (long) index;
    }
    boolean isInteger = given instanceof Boolean || (given instanceof Number && !isFloat(given));
    return isInteger && Answers.number(given) >= choices.size() ? NONE : given;
  }

  private static boolean isFloat(Object value) {
    return value instanceof Double || value instanceof Float;
  }

  /** The right choice as the task gives it, {@link #NONE} where there is no such choice. */
  Object gold() {
    return gold;
  }

  /** The most probable choice, the first of equal ones. */
  int best() {
    return firstLargest(sums);
  }

  double[] sums() {
    return sums;
  }

  double accuracy() {
    return isRight(best());
  }

  double accuracyByLength() {
    return accuracy(choice -> PythonText.length(choice));
  }

  double accuracyByBytes() {
    return accuracy(choice -> choice.getBytes(StandardCharsets.UTF_8).length);
  }

  private double accuracy(ToDoubleFunction<String> length) {
    double[] normalised = new double[sums.length];
    for (int i = 0; i < sums.length; i++) {
      normalised[i] = sums[i] / length.applyAsDouble(choices.get(i));
    }
    return isRight(firstLargest(normalised));
  }

  private double isRight(int predicted) {
    if (!hasSeveralTargets) {
      return isEqual(gold, predicted) ? 1 : 0;
    }
    for (Object each : (List<?>) asList(gold)) {
      if (isEqual(each, predicted)) {
        return 1;
      }
    }
    return 0;
  }

  private static Object asList(Object gold) {
    if (gold instanceof List<?>) {
      return gold;
    }
    throw new ScoringException(
        "the first document has a list of targets, and this one " + Answers.kind(gold));
  }

  private static boolean isEqual(Object gold, int predicted) {
    return (gold instanceof Number || gold instanceof Boolean) && Answers.number(gold) == predicted;
  }

  /** Whether each token of the right choice is the most probable one. */
  long exactMatch() {
    if (!hasSeveralTargets) {
      return isGreedy(gold) ? 1 : 0;
    }
    return ((List<?>) asList(gold)).stream().anyMatch(this::isGreedy) ? 1 : 0;
  }

  private boolean isGreedy(Object index) {
    if (!(index instanceof Number || index instanceof Boolean)) {
      return false;
    }
    int at = (int) Answers.number(index);
    if (at == NONE) {
      return false;
    }
    // As a list of Python's: a negative index counts from the end.
    int place = at < 0 ? greedy.length + at : at;
    return place >= 0 && place < greedy.length && greedy[place];
  }

  /** Whether the choice that the context makes more probable by most is the right one. */
  double accuracyByMutualInformation() {
    if (unconditional == null) {
      throw new ScoringException("acc_mutual_info needs the log-probability of each choice alone");
    }
    double[] gained = new double[sums.length];
    for (int i = 0; i < sums.length; i++) {
      gained[i] = sums[i] - unconditional[i];
    }
    int predicted = firstLargest(gained);
    Object only = gold instanceof List<?> list && list.size() == 1 ? list.get(0) : gold;
    return isEqual(only, predicted) ? 1 : 0;
  }

  /** The choices' probabilities, which sum to one. */
  double[] probabilities() {
    return softmax(sums);
  }

  static double[] softmax(double[] values) {
    double largest = values[firstLargest(values)];
    double[] powers = new double[values.length];
    for (int i = 0; i < powers.length; i++) {
      powers[i] = CMath.exp(values[i] - largest);
    }
    double sum = FloatSums.pairwiseSum(powers);
    for (int i = 0; i < powers.length; i++) {
      powers[i] /= sum;
    }
    return powers;
  }

  /** numpy's argmax: the first of the largest, or the first that is not a number. */
  static int firstLargest(double[] values) {
    int best = 0;
    for (int i = 0; i < values.length; i++) {
      if (Double.isNaN(values[i])) {
        return i;
      }
      if (values[i] > values[best]) {
        best = i;
      }
    }
    return best;
  }
}
