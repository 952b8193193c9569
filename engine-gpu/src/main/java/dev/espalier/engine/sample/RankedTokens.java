package dev.espalier.engine.sample;

/**
 * Tokens from the largest logit down, the smaller id first among equals, without sorting those that
 * are never asked for: a binary heap, built in linear time. Reused from row to row; not
 * thread-safe.
 */
final class RankedTokens {
  private final long[] keys;
  private int size;

  RankedTokens(int capacity) {
    keys = new long[capacity];
  }

  /**
   * A number that is larger for a larger logit, and among equal logits for a smaller token. Zeros
   * of both signs are equal.
   */
  static long key(float logit, int token) {
    int bits = Float.floatToRawIntBits(logit + 0f);
    int ordered = bits ^ ((bits >> 31) & 0x7fffffff);
    return ((long) ordered << 32) | (~token & 0xffffffffL);
  }

  static int token(long key) {
    return ~(int) key;
  }

  void clear() {
    size = 0;
  }

  /** Adds a token; {@link #order} comes after the last one. */
  void add(float logit, int token) {
    keys[size++] = key(logit, token);
  }

  void order() {
    for (int i = size / 2 - 1; i >= 0; i--) {
      sink(i);
    }
  }

  int size() {
    return size;
  }

  /** Replaces the tokens by those of {@code descending}, which are in order already. */
  void fill(long[] descending) {
    System.arraycopy(descending, 0, keys, 0, descending.length);
    size = descending.length;
  }

  /** Removes the token of the largest logit and returns its key. */
  long next() {
    long top = keys[0];
    keys[0] = keys[--size];
    sink(0);
    return top;
  }

  private void sink(int i) {
    long key = keys[i];
    while (true) {
      int child = 2 * i + 1;
      if (child >= size) {
        break;
      }
      if (child + 1 < size && keys[child + 1] > keys[child]) {
        child++;
      }
      if (keys[child] <= key) {
        break;
      }
      keys[i] = keys[child];
      i = child;
    }
    keys[i] = key;
  }
}
