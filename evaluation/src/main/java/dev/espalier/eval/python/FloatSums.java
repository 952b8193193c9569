package dev.espalier.eval.python;

/** Sums and means of doubles in the order in which Python and numpy add. */
public final class FloatSums {
  private static final int BLOCK = 128;
  private static final int LANES = 8;

  private FloatSums() {}

  /** Python 3.11's {@code sum(values)}: left to right, without compensation. */
  public static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }

  /** numpy's {@code sum(values)}: in pairs of blocks. */
  public static double pairwiseSum(double[] values) {
    return 0.0 + pairwise(values, 0, values.length);
  }

  /** numpy's {@code mean(values)}; NaN of none. */
  public static double pairwiseMean(double[] values) {
    return pairwiseSum(values) / values.length;
  }

  private static double pairwise(double[] values, int from, int count) {
    if (count < LANES) {
      double sum = -0.0;
      for (int i = 0; i < count; i++) {
        sum += values[from + i];
      }
      return sum;
    }
    if (count > BLOCK) {
      int half = count / 2;
      half -= half % LANES;
      return pairwise(values, from, half) + pairwise(values, from + half, count - half);
    }
    double[] lanes = new double[LANES];
    System.arraycopy(values, from, lanes, 0, LANES);
    int whole = count - count % LANES;
    for (int i = LANES; i < whole; i += LANES) {
      for (int lane = 0; lane < LANES; lane++) {
        lanes[lane] += values[from + i + lane];
      }
    }
    double sum =
        ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3]))
            + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
    for (int i = whole; i < count; i++) {
      sum += values[from + i];
    }
    return sum;
  }
}
