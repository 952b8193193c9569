package dev.espalier.eval.python;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Python's {@code random.Random}: the same numbers as CPython 3.11 for the same seed and calls. Not
 * thread-safe.
 */
public final class PythonRandom {
  /** A population up to this size is copied by {@link #sample}, if few are drawn. */
  private static final int SMALL_POPULATION = 21;

  private static final double UNIT = 1.0 / (1L << 53);

  private final MersenneTwister twister;

  /** {@code Random(seed)}; a seed and its negative give the same numbers. */
  public PythonRandom(long seed) {
    this(BigInteger.valueOf(seed));
  }

  /** {@code Random(seed)}. */
  public PythonRandom(BigInteger seed) {
    this.twister = new MersenneTwister(seed.abs());
  }

  /** {@code Random(seed)} of a text. */
  public PythonRandom(String seed) {
    this(ofText(seed));
  }

  private static BigInteger ofText(String seed) {
    byte[] text = seed.getBytes(StandardCharsets.UTF_8);
    try {
      byte[] hash = MessageDigest.getInstance("SHA-512").digest(text);
      byte[] both = java.util.Arrays.copyOf(text, text.length + hash.length);
      System.arraycopy(hash, 0, both, text.length, hash.length);
      return new BigInteger(1, both);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-512", e);
    }
  }

  /** A float from 0, below 1, of 53 random bits. */
  public double random() {
    long high = (twister.next() & 0xffffffffL) >>> 5;
    long low = (twister.next() & 0xffffffffL) >>> 6;
    return ((high << 26) + low) * UNIT;
  }

  /** A float from {@code low} to {@code high}. */
  public double uniform(double low, double high) {
    return low + (high - low) * random();
  }

  /**
   * A whole number of so many random bits.
   *
   * @throws IllegalArgumentException if {@code bits} is negative
   */
  public BigInteger getrandbits(int bits) {
    if (bits < 0) {
      throw new IllegalArgumentException("number of bits must be non-negative");
    }
    BigInteger value = BigInteger.ZERO;
    for (int done = 0; done < bits; done += 32) {
      BigInteger word = BigInteger.valueOf(bits(Math.min(32, bits - done)));
      value = value.or(word.shiftLeft(done));
    }
    return value;
  }

  /**
   * @param count from 1 to 32
   */
  private long bits(int count) {
    return Integer.toUnsignedLong(twister.next()) >>> (32 - count);
  }

  /**
   * A whole number from 0, below {@code bound}; 0 if that is 0.
   *
   * @param bound not negative
   */
  public long randbelow(long bound) {
    if (bound < 0) {
      throw new IllegalArgumentException("the bound " + bound + " is negative");
    }
    if (bound == 0) {
      return 0;
    }
    int count = Long.SIZE - Long.numberOfLeadingZeros(bound);
    long value = count <= 32 ? bits(count) : getrandbits(count).longValue();
    while (value >= bound) {
      value = count <= 32 ? bits(count) : getrandbits(count).longValue();
    }
    return value;
  }

  /**
   * A whole number from {@code first} to {@code last}, both among them.
   *
   * @throws IllegalArgumentException if there is none
   */
  public long randint(long first, long last) {
    return randrange(first, Math.addExact(last, 1), 1);
  }

  /** As {@link #randrange(long, long, long)} from 0 in steps of 1. */
  public long randrange(long stop) {
    return randrange(0, stop, 1);
  }

  /**
   * One of the numbers from {@code start}, {@code step} apart, before {@code stop}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public long randrange(long start, long stop, long step) {
    if (step == 0) {
      throw new IllegalArgumentException("zero step for randrange()");
    }
    long width = Math.subtractExact(stop, start);
    long count = Math.floorDiv(Math.addExact(width, step > 0 ? step - 1 : step + 1), step);
    if (count <= 0) {
      throw new IllegalArgumentException(
          "empty range for randrange(" + start + ", " + stop + ", " + step + ")");
    }
    return start + step * randbelow(count);
  }

  /**
   * One of the items.
   *
   * @throws IllegalArgumentException if there is none
   */
  public <T> T choice(List<T> items) {
    if (items.isEmpty()) {
      throw new IllegalArgumentException("cannot choose from an empty sequence");
    }
    return items.get((int) randbelow(items.size()));
  }

  /** So many items, each drawn from all of them with equal chances. */
  public <T> List<T> choices(List<T> items, int count) {
    requireItems(items, count);
    List<T> chosen = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      chosen.add(items.get(choiceIndex(items.size())));
    }
    return chosen;
  }

  /** The index that {@code choices} draws next from so many items with equal chances. */
  public int choiceIndex(int size) {
    return (int) Math.floor(random() * size);
  }

  /**
   * So many items, each drawn from all of them by its weight.
   *
   * @param weights one for each item
   * @throws IllegalArgumentException if their number is another, or their sum not above zero
   */
  public <T> List<T> choices(List<T> items, double[] weights, int count) {
    requireItems(items, count);
    if (weights.length != items.size()) {
      throw new IllegalArgumentException(
          "the number of weights does not match the population: "
              + weights.length
              + " and "
              + items.size());
    }
    double[] cumulative = weights.clone();
    for (int i = 1; i < cumulative.length; i++) {
      cumulative[i] += cumulative[i - 1];
    }
    double total = cumulative[cumulative.length - 1] + 0.0;
    if (!(total > 0) || Double.isInfinite(total)) {
      throw new IllegalArgumentException("the sum of weights must be finite and above zero");
    }
    List<T> chosen = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      chosen.add(items.get(behind(cumulative, random() * total)));
    }
    return chosen;
  }

  private static void requireItems(List<?> items, int count) {
    if (items.isEmpty() && count > 0) {
      throw new IllegalArgumentException("cannot choose from an empty sequence");
    }
  }

  /** The first index whose sum is above {@code value}, or the last. */
  private static int behind(double[] sums, double value) {
    int low = 0;
    int high = sums.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (value < sums[middle]) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** Puts the items of a list into a random order. */
  public void shuffle(List<?> items) {
    for (int i = items.size() - 1; i > 0; i--) {
      java.util.Collections.swap(items, i, (int) randbelow(i + 1L));
    }
  }

  /**
   * So many different items, in random order.
   *
   * @throws IllegalArgumentException if there are not so many
   */
  public <T> List<T> sample(List<T> items, int count) {
    List<T> drawn = new ArrayList<>(count);
    for (int index : sampleIndices(items.size(), count)) {
      drawn.add(items.get(index));
    }
    return drawn;
  }

  /**
   * {@code sample(range(size), count)}.
   *
   * @throws IllegalArgumentException if {@code count} is more than {@code size} or negative
   */
  public int[] sampleIndices(int size, int count) {
    if (count < 0 || count > size) {
      throw new IllegalArgumentException("sample larger than population or is negative");
    }
    double small = SMALL_POPULATION;
    if (count > 5) {
      small += Math.pow(4, Math.ceil(Math.log(count * 3.0) / Math.log(4)));
    }
    return size <= small ? fromPool(size, count) : byRejection(size, count);
  }

  private int[] fromPool(int size, int count) {
    int[] pool = new int[size];
    for (int i = 0; i < size; i++) {
      pool[i] = i;
    }
    int[] drawn = new int[count];
    for (int i = 0; i < count; i++) {
      int at = (int) randbelow(size - i);
      drawn[i] = pool[at];
      pool[at] = pool[size - i - 1];
    }
    return drawn;
  }

  private int[] byRejection(int size, int count) {
    Set<Integer> known = new HashSet<>();
    int[] drawn = new int[count];
    for (int i = 0; i < count; i++) {
      int at = (int) randbelow(size);
      while (!known.add(at)) {
        at = (int) randbelow(size);
      }
      drawn[i] = at;
    }
    return drawn;
  }
}
