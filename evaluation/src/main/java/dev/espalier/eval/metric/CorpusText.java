package dev.espalier.eval.metric;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** A figure of texts and their references, from sums of what each text contributes. */
final class CorpusText implements Aggregation {

  /** How one text is counted, and the figure of the sums. Thread-safe. */
  interface Counts {
    /**
     * What a text contributes.
     *
     * @param references at least one
     */
    double[] of(String text, List<String> references);

    double score(double[] sums);
  }

  private final Counts counts;

  CorpusText(Counts counts) {
    this.counts = counts;
  }

  /** The figure of one text by itself. */
  double score(String text, List<String> references) {
    return counts.score(counts.of(text, references));
  }

  @Override
  public Number of(List<Object> values) {
    Corpus corpus = new Corpus(values);
    return corpus.score(Labels.all(values.size()));
  }

  @Override
  public Double standardError(List<Object> values, int iterations) {
    if (iterations <= 0) {
      return null;
    }
    Corpus corpus = new Corpus(values);
    return Bootstrap.standardError(() -> corpus::score, values.size(), iterations);
  }

  @Override
  public ToDoubleFunction<int[]> ofChoices(List<Object> values) {
    return new Corpus(values)::score;
  }

  /** The texts, counted once. */
  private final class Corpus {
    private final int[] references;

    /**
     * For each number of references that some text has, what each text with so many contributes.
     */
    private final Map<Integer, double[][]> statistics = new HashMap<>();

    /**
     * @param values pairs of references (a text or a list) and a text, or a list of one
     */
    Corpus(List<Object> values) {
      references = new int[values.size()];
      List<String> texts = new ArrayList<>();
      List<List<String>> all = new ArrayList<>();
      for (int i = 0; i < references.length; i++) {
        List<?> pair = Aggregations.pair(values.get(i));
        all.add(references(pair.get(0)));
        references[i] = all.get(i).size();
        Object given =
            pair.get(1) instanceof List<?> list && list.size() == 1 ? list.get(0) : pair.get(1);
        texts.add(Answers.text(given, "a corpus score"));
      }
      for (int count : references) {
        statistics.computeIfAbsent(count, most -> statistics(texts, all, most));
      }
    }

    private List<String> references(Object given) {
      List<String> texts = new ArrayList<>();
      for (Object reference : given instanceof List<?> list ? list : List.of(given)) {
        texts.add(Answers.text(reference, "a corpus score"));
      }
      if (texts.isEmpty()) {
        throw new ScoringException("a text has no reference");
      }
      return texts;
    }

    private double[][] statistics(List<String> texts, List<List<String>> all, int most) {
      double[][] each = new double[texts.size()][];
      for (int i = 0; i < each.length; i++) {
        if (all.get(i).size() >= most) {
          each[i] = counts.of(texts.get(i), all.get(i).subList(0, most));
        }
      }
      return each;
    }

    double score(int[] choice) {
      // References beyond the number that all texts have are not looked at, as in the harness.
      int fewest = Integer.MAX_VALUE;
      for (int index : choice) {
        fewest = Math.min(fewest, references[index]);
      }
      double[][] each = statistics.get(fewest);
      double[] sums = new double[each[choice[0]].length];
      for (int index : choice) {
        for (int i = 0; i < sums.length; i++) {
          sums[i] += each[index][i];
        }
      }
      return counts.score(sums);
    }
  }
}
