package dev.espalier.eval.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.eval.metric.Aggregation;
import dev.espalier.eval.metric.Aggregations;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Figures against those of scipy and statsmodels. */
class ReferencesTest {
  private static final Offset<Double> NINE_DIGITS = within(1e-9);

  @Test
  void pairedDifferencesAreThoseOfARegressionWithClusters() throws IOException {
    for (JsonNode reference : References.of("paired")) {
      double[] first = References.doubles(reference.get("first"));
      double[] second = References.doubles(reference.get("second"));
      Clusters clusters = References.clusters(reference.get("groups"));
      PairedDifference found = PairedDifference.of(first, second, clusters);
      assertThat(found.difference()).isCloseTo(number(reference, "difference"), NINE_DIGITS);
      assertThat(found.second() - found.first()).isCloseTo(found.difference(), NINE_DIGITS);
      assertThat(found.standardError()).isCloseTo(number(reference, "standardError"), NINE_DIGITS);
      assertThat(found.degreesOfFreedom()).isEqualTo(number(reference, "degreesOfFreedom"));
      assertThat(found.pValue()).isCloseTo(number(reference, "pValue"), NINE_DIGITS);
      assertThat(found.margin(0.95)).isCloseTo(number(reference, "margin"), NINE_DIGITS);
      // Small p-values to nine digits of their own.
      assertThat(found.pValue() / number(reference, "pValue")).isCloseTo(1, NINE_DIGITS);
    }
  }

  @Test
  void theSmallestEffectIsThatOfAnAnalysisOfVariance() throws IOException {
    for (JsonNode reference : References.of("paired")) {
      SmallestEffect found =
          SmallestEffect.of(
              References.doubles(reference.get("first")),
              References.doubles(reference.get("second")),
              References.clusters(reference.get("groups")),
              0.05,
              0.8);
      JsonNode wanted = reference.get("smallestEffect");
      assertThat(found.standardDeviation())
          .isCloseTo(number(wanted, "standardDeviation"), NINE_DIGITS);
      assertThat(found.correlation()).isCloseTo(number(wanted, "correlation"), NINE_DIGITS);
      assertThat(found.designEffect()).isCloseTo(number(wanted, "designEffect"), NINE_DIGITS);
      assertThat(found.effect()).isCloseTo(number(wanted, "effect"), NINE_DIGITS);
    }
  }

  @Test
  void mcNemarsTestIsTheExactBinomialOne() throws IOException {
    int seen = 0;
    for (JsonNode reference : References.of("paired")) {
      if (reference.has("mcnemar")) {
        McNemar found =
            McNemar.of(
                References.doubles(reference.get("first")),
                References.doubles(reference.get("second")));
        assertThat(found.onlyFirst()).isEqualTo(reference.get("onlyFirst").asInt());
        assertThat(found.onlySecond()).isEqualTo(reference.get("onlySecond").asInt());
        assertThat(found.pValue()).isCloseTo(number(reference, "mcnemar"), NINE_DIGITS);
        seen++;
      }
    }
    assertThat(seen).isGreaterThan(3);
    for (JsonNode reference : References.of("mcnemar")) {
      McNemar found =
          new McNemar(reference.get("onlyFirst").asInt(), reference.get("onlySecond").asInt());
      assertThat(found.pValue() / number(reference, "pValue")).isCloseTo(1, NINE_DIGITS);
    }
  }

  @Test
  void holmsCorrectionIsThatOfStatsmodels() throws IOException {
    for (JsonNode reference : References.of("holm")) {
      assertThat(Holm.adjust(References.doubles(reference.get("pValues"))))
          .containsExactly(References.doubles(reference.get("adjusted")), within(1e-12));
    }
    assertThat(Holm.adjust(new double[] {0.02, Double.NaN, 0.01}))
        .containsExactly(0.02, Double.NaN, 0.02);
  }

  @Test
  void quantilesAreThoseOfScipy() throws IOException {
    for (JsonNode reference : References.of("t")) {
      double wanted = number(reference, "quantile");
      double found =
          PairedDifference.quantile(
              number(reference, "probability"), number(reference, "degreesOfFreedom"));
      assertThat(found / wanted).as("%s", reference).isCloseTo(1, NINE_DIGITS);
    }
    for (JsonNode reference : References.of("normal")) {
      assertThat(PairedDifference.normalQuantile(number(reference, "probability")))
          .isCloseTo(number(reference, "quantile"), NINE_DIGITS);
    }
  }

  @Test
  void resamplingDrawsTheSameNumbersAsAnotherPhilox() throws IOException {
    for (JsonNode reference : References.of("resampled")) {
      double[] gold = References.doubles(reference.get("gold"));
      double[] first = References.doubles(reference.get("first"));
      double[] second = References.doubles(reference.get("second"));
      Clusters clusters = References.clusters(reference.get("groups"));
      int replicates = reference.get("replicates").asInt();
      long seed = Long.parseUnsignedLong(reference.get("seed").asText());
      for (ToDoubleFunction<int[]> score :
          List.of(byAggregation(gold, first, second), bySums(gold, first, second))) {
        PairedResampling found = new PairedResampling(score, clusters, replicates, seed);
        PairedResampling.Bootstrap bootstrap = found.bootstrap(0.95);
        assertThat(bootstrap.first()).isCloseTo(number(reference, "firstScore"), NINE_DIGITS);
        assertThat(bootstrap.second()).isCloseTo(number(reference, "secondScore"), NINE_DIGITS);
        assertThat(bootstrap.standardError())
            .isCloseTo(number(reference, "standardError"), NINE_DIGITS);
        assertThat(bootstrap.lower()).isCloseTo(number(reference, "lower"), NINE_DIGITS);
        assertThat(bootstrap.upper()).isCloseTo(number(reference, "upper"), NINE_DIGITS);
        assertThat(bootstrap.pValue()).isCloseTo(number(reference, "bootstrap"), NINE_DIGITS);
        assertThat(found.randomisation())
            .isCloseTo(number(reference, "randomisation"), NINE_DIGITS);
      }
    }
  }

  @Test
  void randomisationComesNearTheTestOfAllExchanges() throws IOException {
    JsonNode reference = References.of("permutation").get(0);
    double[] first = References.doubles(reference.get("first"));
    double[] second = References.doubles(reference.get("second"));
    double[] both =
        IntStream.range(0, 2 * first.length)
            .mapToDouble(i -> i < first.length ? first[i] : second[i - first.length])
            .toArray();
    ToDoubleFunction<int[]> mean =
        choice -> IntStream.of(choice).mapToDouble(i -> both[i]).average().orElse(0);
    double found =
        new PairedResampling(mean, Clusters.ofSingles(first.length), 20_000, 1).randomisation();
    // Four standard deviations of drawing 20,000 times.
    double wanted = number(reference, "pValue");
    assertThat(found).isCloseTo(wanted, within(4 * Math.sqrt(wanted * (1 - wanted) / 20_000)));
  }

  private static double number(JsonNode reference, String name) {
    return reference.get(name).asDouble();
  }

  /** Pairs of a right and a given label, by the F1 of either label. */
  private static ToDoubleFunction<int[]> byAggregation(
      double[] gold, double[] first, double[] second) {
    List<Object> ones = new ArrayList<>();
    List<Object> zeros = new ArrayList<>();
    for (int i = 0; i < 2 * gold.length; i++) {
      double right = gold[i % gold.length];
      double given = i < gold.length ? first[i] : second[i - gold.length];
      ones.add(List.of((long) right, (long) given));
      zeros.add(List.of(1 - (long) right, 1 - (long) given));
    }
    Aggregation f1 = Aggregations.named("f1").orElseThrow();
    ToDoubleFunction<int[]> ofOnes = f1.ofChoices(ones);
    ToDoubleFunction<int[]> ofZeros = f1.ofChoices(zeros);
    return choice -> (ofOnes.applyAsDouble(choice) + ofZeros.applyAsDouble(choice)) / 2;
  }

  private static ToDoubleFunction<int[]> bySums(double[] gold, double[] first, double[] second) {
    return choice -> {
      double[] cells = new double[4];
      for (int i : choice) {
        double given = i < gold.length ? first[i] : second[i - gold.length];
        cells[(int) (2 * gold[i % gold.length] + given)]++;
      }
      return macroF1(cells);
    };
  }

  private static double macroF1(double[] cells) {
    double wrong = cells[1] + cells[2];
    double zeros = 2 * cells[0] + wrong;
    double ones = 2 * cells[3] + wrong;
    return ((zeros == 0 ? 0 : 2 * cells[0] / zeros) + (ones == 0 ? 0 : 2 * cells[3] / ones)) / 2;
  }
}
