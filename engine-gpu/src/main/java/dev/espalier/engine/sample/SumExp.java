package dev.espalier.engine.sample;

/**
 * {@code sum(exp(logits - largest))}: {@link Softmax#exp} of each in float32, then {@link #CHAINS}
 * sums in double precision, one for each index modulo that, over ascending indices, and {@link
 * #total} of them. Every implementation gives these bits. Owned by one thread.
 */
@FunctionalInterface
public interface SumExp {
  int CHAINS = 4;

  /**
   * @param logits in {@code [offset, offset + size)}
   * @param largest of the logits
   */
  double of(float[] logits, int offset, int size, float largest);

  /** The sums, added in ascending order. */
  static double total(double[] sums) {
    return ((sums[0] + sums[1]) + sums[2]) + sums[3];
  }
}
