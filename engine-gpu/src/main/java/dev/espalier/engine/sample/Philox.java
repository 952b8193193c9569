package dev.espalier.engine.sample;

/**
 * The counter-based generator Philox4x32-10 of Salmon, Moraes, Dror and Shaw, "Parallel Random
 * Numbers: As Easy as 1, 2, 3" (SC 2011). A random number is a pure function of a key and a
 * counter, so no generator state can depend on what else runs.
 */
public final class Philox {
  private static final int ROUNDS = 10;
  private static final long MULTIPLIER_0 = 0xD2511F53L;
  private static final long MULTIPLIER_1 = 0xCD9E8D57L;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;

  private Philox() {}

  /**
   * 64 uniformly distributed bits for the counter {@code (position, 0, 0, 0)} under {@code key},
   * low word first in both.
   */
  public static long bits(long key, int position) {
    int[] words = words(position, 0, 0, 0, (int) key, (int) (key >>> 32));
    return (words[0] & 0xffffffffL) | ((long) words[1] << 32);
  }

  /** The four words for the counter {@code c} under the key {@code k}. */
  static int[] words(int c0, int c1, int c2, int c3, int k0, int k1) {
    for (int round = 0; round < ROUNDS; round++) {
      long product0 = MULTIPLIER_0 * (c0 & 0xffffffffL);
      long product1 = MULTIPLIER_1 * (c2 & 0xffffffffL);
      c0 = (int) (product1 >>> 32) ^ c1 ^ k0;
      c2 = (int) (product0 >>> 32) ^ c3 ^ k1;
      c1 = (int) product1;
      c3 = (int) product0;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    return new int[] {c0, c1, c2, c3};
  }
}
