package dev.espalier.eval.metric;

import dev.espalier.jinja.PythonText;
import java.util.ArrayList;
import java.util.List;

/**
 * TER of a corpus as sacrebleu 2 gives it: edits and shifts of runs of words, found greedily, per
 * word of the references. Sums: the fewest edits to any reference, and the references' mean length.
 */
final class TranslationEditRate implements CorpusText.Counts {

  @Override
  public double[] of(String text, List<String> references) {
    List<String> words = words(text);
    long lengths = 0;
    double fewest = 1e16;
    for (String reference : references) {
      List<String> expected = words(reference);
      lengths += expected.size();
      fewest = Math.min(fewest, (double) WordShifts.edits(words, expected));
    }
    return new double[] {fewest, (double) lengths / references.size()};
  }

  private static List<String> words(String text) {
    return new ArrayList<>(PythonText.split(PythonText.lower(PythonText.rstrip(text))));
  }

  @Override
  public double score(double[] sums) {
    if (sums[1] > 0) {
      return 100 * (sums[0] / sums[1]);
    }
    return sums[0] > 0 ? 100 : 0;
  }
}
