package dev.espalier.eval.metric;

import dev.espalier.eval.Response;
import dev.espalier.eval.TaskDocument;
import dev.espalier.jinja.PythonPattern;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The harness's rules for {@code loglikelihood} and {@code loglikelihood_rolling}. */
final class LoglikelihoodResults {
  private static final PythonPattern SPACE = PythonPattern.compile("\\s+");

  private LoglikelihoodResults() {}

  static ResultsFunction ofContinuation(Set<String> metrics) {
    return (document, answers) -> {
      if (!(answers.get(0) instanceof Response.Loglikelihood answer)) {
        throw new ScoringException("a log-probability is needed, not " + kindOfFirst(answers));
      }
      Map<String, Object> values = new LinkedHashMap<>();
      if (metrics.contains("perplexity")) {
        values.put("perplexity", answer.sum());
      }
      if (metrics.contains("acc")) {
        values.put("acc", answer.greedy() ? 1L : 0L);
      }
      return values;
    };
  }

  static ResultsFunction ofText(Set<String> metrics) {
    return (document, answers) -> {
      if (!(answers.get(0) instanceof Double sum)) {
        throw new ScoringException("a log-probability is needed, not " + kindOfFirst(answers));
      }
      String text = target(document);
      long words = SPACE.split(text).size();
      long bytes = text.getBytes(StandardCharsets.UTF_8).length;
      Map<String, Object> values = new LinkedHashMap<>();
      put(values, metrics, "word_perplexity", sum, words);
      put(values, metrics, "byte_perplexity", sum, bytes);
      put(values, metrics, "bits_per_byte", sum, bytes);
      return values;
    };
  }

  private static void put(
      Map<String, Object> values, Set<String> metrics, String name, Double sum, long weight) {
    if (metrics.contains(name)) {
      List<Object> pair = new ArrayList<>();
      pair.add(sum);
      pair.add(weight);
      values.put(name, pair);
    }
  }

  private static String target(TaskDocument document) {
    return Answers.text(document.target(), "a perplexity by words or bytes");
  }

  private static String kindOfFirst(List<Object> answers) {
    return Answers.kind(answers.get(0));
  }
}
