package dev.espalier.engine.sample;

/**
 * Exponentials and their sums, from additions and multiplications in one fixed order alone, so that
 * equal logits give equal bits on every machine.
 */
public final class Softmax {
  private static final float LOG2_E = 1.442695f;
  // ln 2 in two parts; the product of the first with a small integer is exact.
  private static final float LN_2_HIGH = 0x1.63p-1f;
  private static final float LN_2_LOW = -0.00021219444f;
  private static final float SMALLEST = -87f;

  private Softmax() {}

  /**
   * {@code e^x} for {@code x <= 0} within 2 units in the last place, 0 below -87; polynomial of the
   * Cephes library's {@code expf}.
   */
  public static float exp(float x) {
    if (x < SMALLEST) {
      return 0;
    }
    int n = (int) (x * LOG2_E - 0.5f);
    float r = x - n * LN_2_HIGH - n * LN_2_LOW;
    float p = 0.00019875691f;
    p = p * r + 0.0013981999f;
    p = p * r + 0.008333452f;
    p = p * r + 0.041665796f;
    p = p * r + 0.16666666f;
    p = p * r + 0.5f;
    p = p * r * r + r + 1;
    return p * Float.intBitsToFloat((n + 127) << 23);
  }

  /** The index in {@code [0, size)} of the largest logit, the smallest among equals. */
  static int argmax(float[] logits, int offset, int size) {
    int best = 0;
    float largest = logits[offset];
    for (int i = 1; i < size; i++) {
      float logit = logits[offset + i];
      if (logit > largest) {
        largest = logit;
        best = i;
      }
    }
    return best;
  }

  /** {@link SumExp} as it is defined. */
  public static double sumExp(float[] logits, int offset, int size, float largest) {
    double[] sums = new double[SumExp.CHAINS];
    for (int i = 0; i < size; i++) {
      sums[i % SumExp.CHAINS] += exp(logits[offset + i] - largest);
    }
    return SumExp.total(sums);
  }
}
