package dev.espalier.eval.twin;

import dev.espalier.eval.Response;
import dev.espalier.eval.metric.ScoringException;
import dev.espalier.eval.python.CMath;
import dev.espalier.eval.python.FloatSums;
import dev.espalier.jinja.PythonPattern;
import dev.espalier.jinja.PythonText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Functions that score: of WikiText, TruthfulQA, CommitmentBank and AGIEval. */
final class ScoringTwins {
  private static final PythonPattern SPACES = PythonPattern.compile("\\s+");

  private ScoringTwins() {}

  static List<TwinModule> modules() {
    return List.of(
        TwinModule.of("wikitext/preprocess_wikitext.py", "5aac0395eae5ada3")
            .document(
                "wikitext_detokenizer",
                document -> WikiTextPage.detokenized(Columns.text(document, "page")))
            .results(
                "process_results",
                (document, answers) -> rolling(document.document(), answers.get(0))),
        TwinModule.of("truthfulqa/utils.py", "381ca18bc8d1493e")
            .results(
                "process_results_mc2",
                (document, answers) -> Map.of("acc", trueMass(document.document(), answers))),
        TwinModule.of("cb/aggregate.py", "83a614e64618dc73")
            .aggregation("cb_multi_fi", values -> meanF1(values)),
        TwinModule.of("cb/t5_utils.py", "b8cf9d06f3278931")
            .metric("mean_3class_f1", ScoringTwins::labels)
            .aggregation("agg_mean_3class_f1", values -> meanF1(values)),
        TwinModule.of("agieval/utils.py", "3bd174a9fbc2d754")
            .results(
                "process_results_mcqa",
                (document, answers) -> manyRight(document.document(), answers))
            .results("process_results", AgiEvalMath::values));
  }

  private static Map<String, Object> rolling(Map<String, Object> document, Object answer) {
    String page = Columns.text(document, "page");
    long words = SPACES.split(page).size();
    long bytes = page.getBytes(StandardCharsets.UTF_8).length;
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("word_perplexity", List.of(answer, words));
    values.put("byte_perplexity", List.of(answer, bytes));
    values.put("bits_per_byte", List.of(answer, bytes));
    return values;
  }

  static double[] sums(List<Object> answers) {
    double[] sums = new double[answers.size()];
    for (int i = 0; i < sums.length; i++) {
      if (!(answers.get(i) instanceof Response.Loglikelihood answer)) {
        throw new ScoringException("an answer is no log-likelihood");
      }
      sums[i] = answer.sum();
    }
    return sums;
  }

  /** The share of probability of the choices that are true. */
  static double trueMass(Map<String, Object> document, List<Object> answers) {
    double[] probabilities = sums(answers);
    for (int i = 0; i < probabilities.length; i++) {
      probabilities[i] = CMath.exp(probabilities[i]);
    }
    double all = FloatSums.pairwiseSum(probabilities);
    List<?> labels = Columns.list(Columns.map(document, "mc2_targets"), "labels");
    if (labels.size() != probabilities.length) {
      throw new ScoringException(
          "there are " + labels.size() + " labels for " + probabilities.length + " answers");
    }
    List<Double> isTrue = new ArrayList<>();
    for (int i = 0; i < probabilities.length; i++) {
      if (PythonText.areEqual(labels.get(i), 1L)) {
        isTrue.add(probabilities[i] / all);
      }
    }
    return FloatSums.pairwiseSum(isTrue.stream().mapToDouble(each -> each).toArray());
  }

  private static Object labels(
      List<Object> references, List<Object> predictions, Map<String, Object> arguments) {
    List<String> names = List.of("entailment", "contradiction", "neutral");
    int reference = names.indexOf(references.get(0));
    if (reference < 0) {
      throw new ScoringException(
          "the target is " + PythonText.repr(references.get(0)) + ", none of " + names);
    }
    return List.of((long) Math.max(0, names.indexOf(predictions.get(0))), (long) reference);
  }

  /** The mean of F1 of three classes, of pairs whose order does not matter to it. */
  private static Double meanF1(List<Object> pairs) {
    double[] scores = new double[3];
    for (int label = 0; label < scores.length; label++) {
      long both = 0;
      long either = 0;
      for (Object pair : pairs) {
        boolean first = isLabel(((List<?>) pair).get(0), label);
        boolean second = isLabel(((List<?>) pair).get(1), label);
        both += first && second ? 1 : 0;
        either += (first ? 1 : 0) + (second ? 1 : 0);
      }
      scores[label] = either == 0 ? 0 : 2.0 * both / either;
    }
    return FloatSums.pairwiseMean(scores);
  }

  private static boolean isLabel(Object value, int label) {
    return value instanceof Number number && number.doubleValue() == label;
  }

  private static Map<String, Object> manyRight(Map<String, Object> document, List<Object> answers) {
    double[] sums = sums(answers);
    double[] normed = new double[sums.length];
    List<String> columns = Columns.texts(document, "choices");
    for (int i = 0; i < sums.length; i++) {
      normed[i] = sums[i] / PythonText.length(columns.get(i));
    }
    List<?> gold = Columns.list(document, "gold");
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("acc", contains(gold, best(sums)));
    values.put("acc_norm", contains(gold, best(normed)));
    return values;
  }

  private static double contains(List<?> gold, long index) {
    return gold.stream().anyMatch(each -> PythonText.areEqual(each, index)) ? 1.0 : 0.0;
  }

  private static long best(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      if (values[i] > values[best] || (Double.isNaN(values[i]) && !Double.isNaN(values[best]))) {
        best = i;
      }
    }
    return best;
  }
}
