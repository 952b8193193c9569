package dev.espalier.eval.metric;

import dev.espalier.eval.python.CMath;
import dev.espalier.jinja.PythonPattern;
import dev.espalier.jinja.PythonText;
import java.util.ArrayList;
import java.util.List;

/**
 * BLEU of a corpus as sacrebleu 2 gives it: 13a tokens, four orders, exponential smoothing. Sums:
 * lengths of text and reference, then matches and totals of each order.
 */
final class Bleu implements CorpusText.Counts {
  private static final int ORDERS = 4;
  private static final PythonPattern SYMBOL =
      PythonPattern.compile("([\\{-\\~\\[-\\` -\\&\\(-\\+\\:-\\@\\/])");
  private static final PythonPattern POINT_NOT_BEHIND_DIGIT =
      PythonPattern.compile("([^0-9])([\\.,])");
  private static final PythonPattern POINT_NOT_BEFORE_DIGIT =
      PythonPattern.compile("([\\.,])([^0-9])");
  private static final PythonPattern DASH = PythonPattern.compile("([0-9])(-)");

  @Override
  public double[] of(String text, List<String> references) {
    List<String> words = words(text);
    List<List<String>> others = new ArrayList<>();
    for (String reference : references) {
      others.add(words(reference));
    }
    double[] counts = new double[2 + 2 * ORDERS];
    counts[0] = words.size();
    counts[1] = closestLength(words.size(), others);
    for (int order = 1; order <= ORDERS; order++) {
      Counter given = Counter.ofWords(words, order);
      Counter expected = new Counter();
      for (List<String> other : others) {
        expected.raiseTo(Counter.ofWords(other, order));
      }
      counts[1 + order] = given.shared(expected);
      counts[1 + ORDERS + order] = given.total();
    }
    return counts;
  }

  private static int closestLength(int length, List<List<String>> references) {
    int closest = -1;
    for (List<String> reference : references) {
      int off = Math.abs(length - reference.size());
      int best = Math.abs(length - closest);
      if (closest < 0 || off < best || (off == best && reference.size() < closest)) {
        closest = reference.size();
      }
    }
    return closest;
  }

  @Override
  public double score(double[] sums) {
    boolean hasMatch = false;
    for (int order = 1; order <= ORDERS; order++) {
      hasMatch |= sums[1 + order] > 0;
    }
    if (!hasMatch) {
      return 0;
    }
    double smoothing = 1;
    double logs = 0;
    double[] precisions = new double[ORDERS];
    for (int order = 1; order <= ORDERS; order++) {
      double correct = sums[1 + order];
      double total = sums[1 + ORDERS + order];
      if (total == 0) {
        break;
      }
      if (correct == 0) {
        smoothing *= 2;
        precisions[order - 1] = 100 / (smoothing * total);
      } else {
        precisions[order - 1] = 100 * correct / total;
      }
    }
    for (double precision : precisions) {
      logs += precision == 0 ? -9999999999.0 : CMath.log(precision);
    }
    double brevity = sums[0] < sums[1] ? CMath.exp(1 - sums[1] / sums[0]) : 1;
    return brevity * CMath.exp(logs / ORDERS);
  }

  private static List<String> words(String text) {
    String line = PythonText.rstrip(text);
    line = line.replace("<skipped>", "").replace("-\n", "").replace("\n", " ");
    if (line.indexOf('&') >= 0) {
      line =
          line.replace("&quot;", "\"")
              .replace("&amp;", "&")
              .replace("&lt;", "<")
              .replace("&gt;", ">");
    }
    line = SYMBOL.sub(" \\1 ", " " + line + " ");
    line = POINT_NOT_BEHIND_DIGIT.sub("\\1 \\2 ", line);
    line = POINT_NOT_BEFORE_DIGIT.sub(" \\1 \\2", line);
    return PythonText.split(DASH.sub("\\1 \\2 ", line));
  }
}
