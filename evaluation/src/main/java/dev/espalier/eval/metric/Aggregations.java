package dev.espalier.eval.metric;

import dev.espalier.eval.python.CMath;
import dev.espalier.eval.python.FloatSums;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The aggregations of lm-evaluation-harness by name. */
public final class Aggregations {
  private static final double LOG_OF_2 = 0x1.62e42fefa39efp-1;

  /** The mean, whose standard error has a closed form. */
  public static final Aggregation MEAN =
      new Aggregation() {
        @Override
        public Number of(List<Object> values) {
          return Statistics.mean(Answers.numbers(values));
        }

        @Override
        public Double standardError(List<Object> values, int iterations) {
          return iterations <= 0 ? null : (Double) Statistics.meanError(Answers.numbers(values));
        }
      };

  private static final Map<String, Aggregation> KNOWN =
      Map.ofEntries(
          Map.entry("mean", MEAN),
          Map.entry("bypass", values -> 999L),
          Map.entry("median", new Median()),
          Map.entry("nanmean", bootstrapped(Aggregations::nanMean)),
          Map.entry("perplexity", bootstrapped(values -> CMath.exp(-Statistics.mean(values)))),
          Map.entry("weighted_perplexity", values -> CMath.exp(-weightedMean(values))),
          Map.entry("bits_per_byte", values -> -weightedMean(values) / LOG_OF_2),
          Map.entry("f1", new BinaryF1()),
          Map.entry("matthews_corrcoef", new MatthewsCorrelation()),
          Map.entry("brier_score", Brier::score),
          Map.entry("bleu", new CorpusText(new Bleu())),
          Map.entry("chrf", new CorpusText(new Chrf(0))),
          Map.entry("chrf++", new CorpusText(new Chrf(2))),
          Map.entry("ter", new CorpusText(new TranslationEditRate())));

  private Aggregations() {}

  /** The aggregation of this name, if there is one. */
  public static Optional<Aggregation> named(String name) {
    return Optional.ofNullable(KNOWN.get(name));
  }

  /** All that make a number of values, in the order of their names. */
  static List<Aggregation> all() {
    return KNOWN.keySet().stream()
        .filter(name -> !name.equals("bypass"))
        .sorted()
        .map(KNOWN::get)
        .toList();
  }

  /** The names, for a message. */
  static String names() {
    return Filters.names(KNOWN.keySet());
  }

  @FunctionalInterface
  private interface Figure {
    double of(double[] values);
  }

  /** A figure of numbers with a standard error from a bootstrap. */
  private static Aggregation bootstrapped(Figure figure) {
    return new Aggregation() {
      @Override
      public Number of(List<Object> values) {
        return figure.of(Answers.numbers(values));
      }

      @Override
      public Double standardError(List<Object> values, int iterations) {
        if (iterations <= 0) {
          return null;
        }
        double[] numbers = Answers.numbers(values);
        Supplier<Bootstrap.Figure> figures =
            () -> {
              double[] drawn = new double[numbers.length];
              return choice -> {
                for (int i = 0; i < drawn.length; i++) {
                  drawn[i] = numbers[choice[i]];
                }
                return figure.of(drawn);
              };
            };
        return Bootstrap.standardError(figures, numbers.length, iterations);
      }
    };
  }

  private static double nanMean(double[] values) {
    double[] zeroed = values.clone();
    int count = values.length;
    for (int i = 0; i < zeroed.length; i++) {
      if (Double.isNaN(zeroed[i])) {
        zeroed[i] = 0;
        count--;
      }
    }
    return count == 0 ? Double.NaN : FloatSums.pairwiseSum(zeroed) / count;
  }

  private static double weightedMean(List<Object> pairs) {
    double[] values = new double[pairs.size()];
    double[] weights = new double[pairs.size()];
    for (int i = 0; i < values.length; i++) {
      List<?> pair = pair(pairs.get(i));
      values[i] = Answers.number(pair.get(0));
      weights[i] = Answers.number(pair.get(1));
    }
    return FloatSums.sum(values) / FloatSums.sum(weights);
  }

  static List<?> pair(Object value) {
    if (value instanceof List<?> pair && pair.size() == 2) {
      return pair;
    }
    throw new ScoringException("this aggregation takes pairs, not " + Answers.kind(value));
  }

  /** The one in the middle, the higher of two; a value as it is given. */
  private static final class Median implements Aggregation {
    @Override
    public Number of(List<Object> values) {
      List<Object> sorted = new ArrayList<>(values);
      sorted.sort((a, b) -> Double.compare(Answers.number(a), Answers.number(b)));
      Object middle = sorted.get(sorted.size() / 2);
      return middle instanceof Number number ? number : (Number) (long) Answers.number(middle);
    }

    @Override
    public Double standardError(List<Object> values, int iterations) {
      if (iterations <= 0) {
        return null;
      }
      double[] numbers = Answers.numbers(values);
      double[] sorted = numbers.clone();
      Arrays.sort(sorted);
      int[] ranks = new int[numbers.length];
      for (int i = 0; i < ranks.length; i++) {
        ranks[i] = Math.max(0, Arrays.binarySearch(sorted, numbers[i]));
      }
      Supplier<Bootstrap.Figure> figures = () -> choice -> middle(sorted, ranks, choice);
      return Bootstrap.standardError(figures, numbers.length, iterations);
    }

    private static double middle(double[] sorted, int[] ranks, int[] choice) {
      int[] counts = new int[sorted.length];
      for (int index : choice) {
        counts[ranks[index]]++;
      }
      int left = choice.length / 2;
      int rank = 0;
      while (left >= counts[rank]) {
        left -= counts[rank++];
      }
      return sorted[rank];
    }
  }
}
