package dev.espalier.eval.metric;

import dev.espalier.jinja.PythonPattern;
import dev.espalier.jinja.PythonText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * ROUGE of two texts as rouge-score 0.1.2 gives it, without its stemmer: F-measures of shared runs
 * of words ({@code rouge1} to {@code rouge9}), of the longest common subsequence ({@code rougeL}),
 * and of the union of those of sentences, one a line ({@code rougeLsum}).
 */
public final class Rouge {
  private static final PythonPattern OTHER = PythonPattern.compile("[^a-z0-9]+");

  private Rouge() {}

  /** Whether {@link #fMeasure} knows a name. */
  public static boolean knows(String name) {
    return name.matches("rouge[1-9]|rougeL|rougeLsum");
  }

  /**
   * The F-measure, from 0 to 1.
   *
   * @param name such as {@code rouge1}
   */
  public static double fMeasure(String name, String target, String prediction) {
    return switch (name) {
      case "rougeL" -> ofSubsequence(words(target), words(prediction));
      case "rougeLsum" -> ofSentences(sentences(target), sentences(prediction));
      default -> {
        if (!knows(name)) {
          throw new IllegalArgumentException("there is no " + name);
        }
        yield ofRuns(words(target), words(prediction), name.charAt(5) - '0');
      }
    };
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    for (String word : OTHER.sub(" ", PythonText.lower(text)).split(" ", -1)) {
      if (!word.isEmpty()) {
        words.add(word);
      }
    }
    return words;
  }

  private static List<List<String>> sentences(String text) {
    List<List<String>> sentences = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      if (!line.isEmpty()) {
        sentences.add(words(line));
      }
    }
    return sentences;
  }

  private static double fMeasure(double matches, double predicted, double expected) {
    double precision = matches / predicted;
    double recall = matches / expected;
    return precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;
  }

  private static double ofRuns(List<String> target, List<String> prediction, int length) {
    Counter expected = Counter.ofWords(target, length);
    Counter given = Counter.ofWords(prediction, length);
    return fMeasure(
        expected.shared(given), Math.max(given.total(), 1), Math.max(expected.total(), 1));
  }

  private static double ofSubsequence(List<String> target, List<String> prediction) {
    if (target.isEmpty() || prediction.isEmpty()) {
      return 0;
    }
    int common = table(target, prediction)[target.size()][prediction.size()];
    return fMeasure(common, prediction.size(), target.size());
  }

  private static int[][] table(List<String> target, List<String> prediction) {
    int[][] table = new int[target.size() + 1][prediction.size() + 1];
    for (int i = 1; i <= target.size(); i++) {
      for (int j = 1; j <= prediction.size(); j++) {
        table[i][j] =
            target.get(i - 1).equals(prediction.get(j - 1))
                ? table[i - 1][j - 1] + 1
                : Math.max(table[i - 1][j], table[i][j - 1]);
      }
    }
    return table;
  }

  private static double ofSentences(List<List<String>> target, List<List<String>> prediction) {
    int expected = target.stream().mapToInt(List::size).sum();
    int predicted = prediction.stream().mapToInt(List::size).sum();
    if (expected == 0 || predicted == 0) {
      return 0;
    }
    Map<String, Integer> leftInTarget = counts(target);
    Map<String, Integer> leftInPrediction = counts(prediction);
    int hits = 0;
    for (List<String> sentence : target) {
      TreeSet<Integer> union = new TreeSet<>();
      for (List<String> other : prediction) {
        addCommon(sentence, other, union);
      }
      for (int index : union) {
        String word = sentence.get(index);
        if (leftInTarget.getOrDefault(word, 0) > 0 && leftInPrediction.getOrDefault(word, 0) > 0) {
          hits++;
          leftInTarget.merge(word, -1, Integer::sum);
          leftInPrediction.merge(word, -1, Integer::sum);
        }
      }
    }
    return fMeasure(hits, predicted, expected);
  }

  private static Map<String, Integer> counts(List<List<String>> sentences) {
    Map<String, Integer> counts = new HashMap<>();
    sentences.forEach(sentence -> sentence.forEach(word -> counts.merge(word, 1, Integer::sum)));
    return counts;
  }

  /** Adds the places in a target's sentence of one longest common subsequence. */
  private static void addCommon(List<String> target, List<String> prediction, TreeSet<Integer> to) {
    int[][] table = table(target, prediction);
    int i = target.size();
    int j = prediction.size();
    while (i > 0 && j > 0) {
      if (target.get(i - 1).equals(prediction.get(j - 1))) {
        to.add(i - 1);
        i--;
        j--;
      } else if (table[i][j - 1] > table[i - 1][j]) {
        j--;
      } else {
        i--;
      }
    }
  }
}
