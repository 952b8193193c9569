package dev.espalier.eval.compare;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Holm's correction of several tests: the chance of a single false alarm stays below the level. */
public final class Holm {
  private Holm() {}

  /**
   * @param pValues NaN stands for a test that could not be made, and counts for none
   * @return the corrected ones in the same order, at most 1
   */
  public static double[] adjust(double[] pValues) {
    int[] order =
        IntStream.range(0, pValues.length)
            .filter(i -> !Double.isNaN(pValues[i]))
            .boxed()
            .sorted(Comparator.comparingDouble(i -> pValues[i]))
            .mapToInt(i -> i)
            .toArray();
    double[] adjusted = new double[pValues.length];
    Arrays.fill(adjusted, Double.NaN);
    double most = 0;
    for (int rank = 0; rank < order.length; rank++) {
      most = Math.max(most, Math.min(1, pValues[order[rank]] * (order.length - rank)));
      adjusted[order[rank]] = most;
    }
    return adjusted;
  }
}
