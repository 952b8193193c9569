package dev.espalier.eval.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.sample.Philox;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How often two models that are equal are told apart, where questions on one text go together. */
class FalseAlarmsTest {
  private static final double LEVEL = 0.05;
  private static final int CLUSTERS = 40;

  /** Two equal models on clusters of 4 to 12 questions; one text suits one model better. */
  private static final class Drawn {
    private final double[] first;
    private final double[] second;
    private final Clusters clusters;

    Drawn(double[] first, double[] second, Clusters clusters) {
      this.first = first;
      this.second = second;
      this.clusters = clusters;
    }

    static Drawn of(int experiment) {
      Numbers numbers = new Numbers(experiment);
      List<Integer> keys = new ArrayList<>();
      List<Double> first = new ArrayList<>();
      List<Double> second = new ArrayList<>();
      for (int c = 0; c < CLUSTERS; c++) {
        double suitsFirst = numbers.normal();
        double suitsSecond = numbers.normal();
        int size = 4 + (int) (9 * numbers.uniform());
        for (int i = 0; i < size; i++) {
          keys.add(c);
          double hard = numbers.normal();
          first.add(hard + suitsFirst + numbers.normal() > 0 ? 1.0 : 0.0);
          second.add(hard + suitsSecond + numbers.normal() > 0 ? 1.0 : 0.0);
        }
      }
      return new Drawn(array(first), array(second), Clusters.ofKeys(keys));
    }

    private static double[] array(List<Double> values) {
      return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
  }

  private static final class Numbers {
    private final long key;
    private int position;

    Numbers(long key) {
      this.key = key;
    }

    double uniform() {
      return ((Philox.bits(key, position++) >>> 11) + 0.5) * 0x1p-53;
    }

    double normal() {
      return Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    }
  }

  @Test
  void withClustersFiveInAHundredEqualModelsAreToldApart() {
    int experiments = 5000;
    int clustered = 0;
    int naive = 0;
    for (int e = 0; e < experiments; e++) {
      Drawn drawn = Drawn.of(e);
      clustered +=
          PairedDifference.of(drawn.first, drawn.second, drawn.clusters).pValue() < LEVEL ? 1 : 0;
      Clusters singles = Clusters.ofSingles(drawn.first.length);
      naive += PairedDifference.of(drawn.first, drawn.second, singles).pValue() < LEVEL ? 1 : 0;
    }
    assertThat((double) clustered / experiments).isBetween(0.04, 0.06);
    // What the clusters are for.
    assertThat((double) naive / experiments).isGreaterThan(0.15);
  }

  @Test
  void soItIsWithResampledClusters() {
    int experiments = 400;
    int bootstrap = 0;
    int randomisation = 0;
    int outside = 0;
    for (int e = 0; e < experiments; e++) {
      Drawn drawn = Drawn.of(100_000 + e);
      PairedResampling resampling =
          new PairedResampling(choice -> mean(drawn, choice), drawn.clusters, 99, e);
      PairedResampling.Bootstrap found = resampling.bootstrap(1 - LEVEL);
      bootstrap += found.pValue() <= LEVEL ? 1 : 0;
      outside += found.lower() > 0 || found.upper() < 0 ? 1 : 0;
      randomisation += resampling.randomisation() <= LEVEL ? 1 : 0;
    }
    // Four standard deviations of 400 experiments are 4.4 in a hundred; the bootstrap of 40
    // clusters is known to be a little too bold.
    assertThat((double) randomisation / experiments).isBetween(0.006, 0.094);
    assertThat((double) bootstrap / experiments).isBetween(0.006, 0.11);
    assertThat((double) outside / experiments).isBetween(0.006, 0.11);
  }

  private static double mean(Drawn drawn, int[] choice) {
    int n = drawn.first.length;
    double sum = 0;
    for (int i : choice) {
      sum += i < n ? drawn.first[i] : drawn.second[i - n];
    }
    return sum / choice.length;
  }

  @Test
  void mcNemarsTestRaisesNoMoreFalseAlarmsThanItsLevel() {
    int experiments = 4000;
    int alarms = 0;
    for (int e = 0; e < experiments; e++) {
      Numbers numbers = new Numbers(-e);
      int first = 0;
      int second = 0;
      for (int i = 0; i < 60; i++) {
        double number = numbers.uniform();
        first += number < 0.25 ? 1 : 0;
        second += number > 0.75 ? 1 : 0;
      }
      alarms += new McNemar(first, second).pValue() < LEVEL ? 1 : 0;
    }
    assertThat((double) alarms / experiments).isBetween(0.015, LEVEL);
  }

  @Test
  void theSmallestEffectIsFoundFourTimesInFive() {
    int experiments = 3000;
    double effect = 0.3;
    int documents = 90;
    // sd of the difference of two independent errors of 1 is sqrt 2.
    double[] zeros = new double[documents];
    int found = 0;
    double smallest = 0;
    for (int e = 0; e < experiments; e++) {
      Numbers numbers = new Numbers(7_000_000 + e);
      double[] values = new double[documents];
      for (int i = 0; i < documents; i++) {
        values[i] = effect + numbers.normal();
      }
      Clusters singles = Clusters.ofSingles(documents);
      smallest += SmallestEffect.of(zeros, values, singles, LEVEL, 0.8).effect() / experiments;
      found += PairedDifference.of(zeros, values, singles).pValue() < LEVEL ? 1 : 0;
    }
    assertThat(smallest).isBetween(0.29, 0.30);
    assertThat((double) found / experiments).isBetween(0.77, 0.83);
  }
}
