package dev.espalier.eval.python;

import java.math.BigInteger;

/** MT19937, seeded by an array of 32-bit words. */
final class MersenneTwister {
  private static final int SIZE = 624;
  private static final int SHIFT = 397;
  private static final int MATRIX = 0x9908b0df;
  private static final int UPPER = 0x80000000;
  private static final int LOWER = 0x7fffffff;

  private final int[] state = new int[SIZE];
  private int at = SIZE;

  /**
   * @param seed not negative; its words are the key, the lowest first
   */
  MersenneTwister(BigInteger seed) {
    int[] key = words(seed);
    fill(19650218);
    int i = 1;
    int j = 0;
    for (int k = Math.max(SIZE, key.length); k > 0; k--) {
      state[i] = (state[i] ^ (mixed(i - 1) * 1664525)) + key[j] + j;
      i = next(i);
      j = j + 1 == key.length ? 0 : j + 1;
    }
    for (int k = SIZE - 1; k > 0; k--) {
      state[i] = (state[i] ^ (mixed(i - 1) * 1566083941)) - i;
      i = next(i);
    }
    state[0] = UPPER;
  }

  private static int[] words(BigInteger seed) {
    int[] words = new int[Math.max(1, (seed.bitLength() + 31) / 32)];
    for (int i = 0; i < words.length; i++) {
      words[i] = seed.shiftRight(32 * i).intValue();
    }
    return words;
  }

  private void fill(int seed) {
    state[0] = seed;
    for (int i = 1; i < SIZE; i++) {
      state[i] = 1812433253 * mixed(i - 1) + i;
    }
  }

  private int mixed(int i) {
    return state[i] ^ (state[i] >>> 30);
  }

  /** The place behind {@code i}, the last one's word being carried over to the first. */
  private int next(int i) {
    if (i + 1 < SIZE) {
      return i + 1;
    }
    state[0] = state[SIZE - 1];
    return 1;
  }

  /** The next 32 bits. */
  int next() {
    if (at == SIZE) {
      twist();
    }
    int y = state[at++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return y ^ (y >>> 18);
  }

  private void twist() {
    for (int i = 0; i < SIZE; i++) {
      int y = (state[i] & UPPER) | (state[(i + 1) % SIZE] & LOWER);
      state[i] = state[(i + SHIFT) % SIZE] ^ (y >>> 1) ^ ((y & 1) == 0 ? 0 : MATRIX);
    }
    at = 0;
  }
}
