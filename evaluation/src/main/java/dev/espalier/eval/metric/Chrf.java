package dev.espalier.eval.metric;

import dev.espalier.jinja.PythonText;
import java.util.ArrayList;
import java.util.List;

/**
 * chrF of a corpus as sacrebleu 2 gives it: six orders of characters, beta 2; chrF++ has two orders
 * of words more. Sums: of each order the text's items, the reference's, and the matches.
 */
final class Chrf implements CorpusText.Counts {
  private static final int CHARACTER_ORDERS = 6;
  private static final double FACTOR = 4;
  private static final String PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

  private final int wordOrders;

  Chrf(int wordOrders) {
    this.wordOrders = wordOrders;
  }

  @Override
  public double[] of(String text, List<String> references) {
    List<Counter> given = items(text);
    double[] best = new double[0];
    double bestScore = -1;
    for (String reference : references) {
      double[] counts = counts(given, items(reference));
      double score = score(counts);
      if (score > bestScore) {
        bestScore = score;
        best = counts;
      }
    }
    return best;
  }

  private static double[] counts(List<Counter> given, List<Counter> expected) {
    double[] counts = new double[3 * given.size()];
    for (int order = 0; order < given.size(); order++) {
      // What no reference has an item for does not count.
      counts[3 * order] = expected.get(order).isEmpty() ? 0 : given.get(order).total();
      counts[3 * order + 1] = expected.get(order).total();
      counts[3 * order + 2] = given.get(order).shared(expected.get(order));
    }
    return counts;
  }

  private List<Counter> items(String text) {
    List<Counter> items = new ArrayList<>();
    int[] characters = String.join("", PythonText.split(text)).codePoints().toArray();
    for (int order = 1; order <= CHARACTER_ORDERS; order++) {
      items.add(Counter.ofCharacters(characters, order));
    }
    if (wordOrders > 0) {
      List<String> words = words(text);
      for (int order = 1; order <= wordOrders; order++) {
        items.add(ofJoinedWords(words, order));
      }
    }
    return items;
  }

  private static Counter ofJoinedWords(List<String> words, int length) {
    Counter counter = new Counter();
    for (int i = 0; i + length <= words.size(); i++) {
      counter.add(String.join(" ", words.subList(i, i + length)));
    }
    return counter;
  }

  /** Words, one sign of punctuation at the end or else the beginning of each standing alone. */
  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    for (String word : PythonText.split(text)) {
      int last = word.length() - 1;
      if (PythonText.length(word) == 1) {
        words.add(word);
      } else if (PUNCTUATION.indexOf(word.charAt(last)) >= 0) {
        words.add(word.substring(0, last));
        words.add(word.substring(last));
      } else if (PUNCTUATION.indexOf(word.charAt(0)) >= 0) {
        words.add(word.substring(0, 1));
        words.add(word.substring(1));
      } else {
        words.add(word);
      }
    }
    return words;
  }

  @Override
  public double score(double[] sums) {
    double precision = 0;
    double recall = 0;
    int orders = 0;
    for (int i = 0; i < sums.length; i += 3) {
      if (sums[i] > 0 && sums[i + 1] > 0) {
        precision += sums[i + 2] / sums[i];
        recall += sums[i + 2] / sums[i + 1];
        orders++;
      }
    }
    if (orders == 0) {
      return 0;
    }
    precision /= orders;
    recall /= orders;
    if (precision + recall == 0) {
      return 0;
    }
    double score = (1 + FACTOR) * precision * recall;
    return 100 * (score / ((FACTOR * precision) + recall));
  }
}
