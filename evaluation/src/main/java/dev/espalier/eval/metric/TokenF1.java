package dev.espalier.eval.metric;

import dev.espalier.eval.TaskDocument;
import dev.espalier.jinja.PythonPattern;
import dev.espalier.jinja.PythonText;
import java.util.List;

/**
 * {@code token_f1}: F1 of the words that an answer shares with the target that it is nearest to, in
 * lower case and without punctuation and articles, as SQuAD counts.
 */
final class TokenF1 implements Metric {
  private static final PythonPattern PUNCTUATION = PythonPattern.compile("[!-/:-@\\[-`{-~]");
  private static final PythonPattern ARTICLE = PythonPattern.compile("\\b(a|an|the)\\b");

  TokenF1(NamedArguments arguments) {
    arguments.refuseOthers();
  }

  @Override
  public String name() {
    return "token_f1";
  }

  @Override
  public Object value(TaskDocument document, List<Object> answers) {
    List<String> given = words(Targets.answer(answers, name()));
    double best = 0;
    for (String target : Targets.of(document)) {
      best = Math.max(best, f1(words(target), given));
    }
    return best;
  }

  private static List<String> words(String text) {
    String cleaned = PUNCTUATION.sub("", PythonText.lower(text));
    return PythonText.split(ARTICLE.sub(" ", cleaned));
  }

  private static double f1(List<String> expected, List<String> given) {
    if (expected.isEmpty() || given.isEmpty()) {
      return expected.equals(given) ? 1 : 0;
    }
    int shared = Counter.ofWords(expected, 1).shared(Counter.ofWords(given, 1));
    if (shared == 0) {
      return 0;
    }
    double precision = (double) shared / given.size();
    double recall = (double) shared / expected.size();
    return 2 * precision * recall / (precision + recall);
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
