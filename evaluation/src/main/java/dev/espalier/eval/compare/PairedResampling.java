package dev.espalier.eval.compare;

import dev.espalier.engine.sample.Philox;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;

/**
 * Two models on the same documents, by a score of whole sets: what it would be over other documents
 * (paired bootstrap), and if the models were the same (approximate randomisation). Whole clusters
 * are drawn, and exchanged. The numbers drawn are a function of the seed.
 */
public final class PairedResampling {
  private final ToDoubleFunction<int[]> score;
  private final Clusters clusters;
  private final int replicates;
  private final long seed;
  private final double first;
  private final double second;

  /**
   * @param score of a choice among the first model's documents, 0 to n - 1, and behind them the
   *     second model's, n to 2n - 1; one may come several times
   * @param clusters of the n documents
   */
  public PairedResampling(
      ToDoubleFunction<int[]> score, Clusters clusters, int replicates, long seed) {
    if (replicates < 1 || clusters.documents() < 1) {
      throw new IllegalArgumentException(
          replicates + " replicates of " + clusters.documents() + " documents");
    }
    this.score = score;
    this.clusters = clusters;
    this.replicates = replicates;
    this.seed = seed;
    int n = clusters.documents();
    int[] all = new int[n];
    Arrays.setAll(all, i -> i);
    this.first = score.applyAsDouble(all);
    Arrays.setAll(all, i -> i + n);
    this.second = score.applyAsDouble(all);
  }

  /**
   * What resampling gives.
   *
   * @param first the first model's score over all documents
   * @param second the second's
   * @param standardError the standard deviation of the replicates' differences; NaN, as the next
   *     three, if there are fewer than two clusters or replicates
   * @param lower end of the interval of their percentiles
   * @param upper its other end
   * @param pValue two-sided, of no difference: how often {@code |d_r - mean d| ≥ |d|}, the data
   *     itself counted as a replicate
   */
  public record Bootstrap(
      double first,
      double second,
      double standardError,
      double lower,
      double upper,
      double pValue) {
    public double difference() {
      return second - first;
    }
  }

  /**
   * @param confidence such as 0.95
   */
  public Bootstrap bootstrap(double confidence) {
    if (clusters.count() < 2 || replicates < 2) {
      double none = Double.NaN;
      return new Bootstrap(first, second, none, none, none, none);
    }
    double[] differences = new double[replicates];
    int[] drawn = new int[clusters.count()];
    for (int r = 0; r < replicates; r++) {
      long key = key(r);
      int size = 0;
      for (int k = 0; k < drawn.length; k++) {
        drawn[k] = below(Philox.bits(key, k), drawn.length);
        size += clusters.size(drawn[k]);
      }
      int[] choice = new int[size];
      int filled = 0;
      for (int cluster : drawn) {
        int[] members = clusters.members(cluster);
        System.arraycopy(members, 0, choice, filled, members.length);
        filled += members.length;
      }
      double ofFirst = score.applyAsDouble(choice);
      for (int i = 0; i < size; i++) {
        choice[i] += clusters.documents();
      }
      differences[r] = score.applyAsDouble(choice) - ofFirst;
    }
    double mean = Arrays.stream(differences).sum() / replicates;
    double observed = Math.abs(second - first);
    double squares = 0;
    int asFar = 0;
    for (double difference : differences) {
      double deviation = difference - mean;
      squares += deviation * deviation;
      asFar += isAsFar(deviation, observed) ? 1 : 0;
    }
    Arrays.sort(differences);
    return new Bootstrap(
        first,
        second,
        Math.sqrt(squares / (replicates - 1)),
        percentile(differences, 0.5 - confidence / 2),
        percentile(differences, 0.5 + confidence / 2),
        (asFar + 1.0) / (replicates + 1.0));
  }

  /**
   * Approximate randomisation: how often exchanging the models' answers at random, cluster by
   * cluster, gives a difference as large, the data itself counted as a replicate.
   *
   * @return the two-sided p-value of no difference; NaN if there are fewer than two clusters
   */
  public double randomisation() {
    if (clusters.count() < 2) {
      return Double.NaN;
    }
    int n = clusters.documents();
    int[] choice = new int[n];
    int[] other = new int[n];
    double observed = Math.abs(second - first);
    int asFar = 0;
    for (int r = 0; r < replicates; r++) {
      long key = key(r);
      for (int i = 0; i < n; i++) {
        int cluster = clusters.clusterOf(i);
        boolean exchanged = (Philox.bits(key, cluster >>> 6) >>> (cluster & 63) & 1) == 1;
        choice[i] = exchanged ? i + n : i;
        other[i] = exchanged ? i : i + n;
      }
      asFar += isAsFar(score.applyAsDouble(other) - score.applyAsDouble(choice), observed) ? 1 : 0;
    }
    return (asFar + 1.0) / (replicates + 1.0);
  }

  /** As far from nothing as what was seen, but for rounding. */
  private static boolean isAsFar(double difference, double observed) {
    return Math.abs(difference) >= observed * (1 - 1e-12);
  }

  private long key(int replicate) {
    return seed + replicate * 0x9E3779B97F4A7C15L;
  }

  private static int below(long bits, int bound) {
    return (int) Math.multiplyHigh(bits >>> 1, 2L * bound);
  }

  /** Between the two nearest values, as numpy's default. */
  private static double percentile(double[] sorted, double probability) {
    double place = probability * (sorted.length - 1);
    int below = (int) Math.floor(place);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
