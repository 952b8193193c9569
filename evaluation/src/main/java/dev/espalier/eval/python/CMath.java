package dev.espalier.eval.python;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;

/**
 * The functions of C's mathematical library that Python's {@code math} and numpy call, to the last
 * bit: those of glibc 2.28 and later on a processor with fused multiply-add. Java's own differ from
 * them in the last place now and then, and so would every perplexity.
 *
 * <p>The method and its constants are those of Arm's optimized routines (MIT licence), which glibc
 * took over: exp and log by a table of 128 entries and a short polynomial.
 */
public final class CMath {
  private static final int BITS = 7;
  private static final int SIZE = 1 << BITS;

  private static final double INVERSE_LN2 = 0x1.71547652b82fep+7;
  private static final double LN2_HIGH = -0x1.62e42fefa0000p-8;
  private static final double LN2_LOW = -0x1.cf79abc9e3b3ap-47;
  private static final double ROUNDING = 0x1.8p+52;

  /** 2^(i/128), less i in the exponent, and what a double lacks of it. */
  private static final long[] POWERS = new long[SIZE];

  private static final double[] TAILS = new double[SIZE];

  private static final double LOG_LN2_HIGH = 0x1.62e42fefa3800p-1;
  private static final double LOG_LN2_LOW = 0x1.ef35793c76730p-45;
  private static final long LOG_OFFSET = 0x3fe6000000000000L;

  /** 1/c and log(c) for a c of each 128th of the numbers from 0.6875 to 1.375. */
  private static final double[] INVERSES = new double[SIZE];

  private static final double[] LOGS = new double[SIZE];

  private static final long POW_OFFSET = 0x3fe6955500000000L;

  /** Of other c: 1/c, log(c), and what a double lacks of it. */
  private static final double[][] POW_LOGS = table("pow.txt", 3);

  static {
    fillPowers();
    double[][] logs = table("log.txt", 2);
    for (int i = 0; i < SIZE; i++) {
      INVERSES[i] = logs[i][0];
      LOGS[i] = logs[i][1];
    }
  }

  private CMath() {}

  private static void fillPowers() {
    MathContext precision = new MathContext(60);
    BigDecimal step = BigDecimal.valueOf(2);
    for (int i = 0; i < BITS; i++) {
      step = step.sqrt(precision);
    }
    BigDecimal power = BigDecimal.ONE;
    for (int i = 0; i < SIZE; i++) {
      double nearest = power.doubleValue();
      POWERS[i] = Double.doubleToRawLongBits(nearest) - ((long) i << (52 - BITS));
      TAILS[i] =
          power
              .divide(new BigDecimal(nearest), precision)
              .subtract(BigDecimal.ONE)
              .round(new MathContext(40))
              .doubleValue();
      power = power.multiply(step, precision);
    }
    TAILS[0] = 0;
  }

  private static double[][] table(String name, int width) {
    try (InputStream in = CMath.class.getResourceAsStream(name)) {
      String[] words = new String(in.readAllBytes(), StandardCharsets.US_ASCII).split("\\s+", -1);
      double[][] table = new double[SIZE][width];
      for (int i = 0; i < SIZE * width; i++) {
        table[i / width][i % width] = Double.parseDouble(words[i]);
      }
      return table;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code exp(x)}; infinite where Python's {@code math.exp} raises an OverflowError. */
  public static double exp(double x) {
    double size = Math.abs(x);
    if (size < 0x1p-54) {
      return 1 + x;
    }
    if (!(size < 1024)) {
      return Double.isNaN(x) ? x : x > 0 ? Double.POSITIVE_INFINITY : 0;
    }
    return exp(x, 0, size);
  }

  /** exp(x + tail) of an x whose size is from 2^-54 to 1024. */
  private static double exp(double x, double tail, double size) {
    double shifted = Math.fma(INVERSE_LN2, x, ROUNDING);
    long k = Double.doubleToRawLongBits(shifted);
    double kd = shifted - ROUNDING;
    double r = Math.fma(kd, LN2_LOW, Math.fma(kd, LN2_HIGH, x)) + tail;
    int index = (int) (k & (SIZE - 1));
    long bits = POWERS[index] + (k << (52 - BITS));
    double r2 = r * r;
    double low = Math.fma(r, 0x1.555555555543cp-3, 0x1.ffffffffffdbdp-2);
    double high = Math.fma(r, 0x1.1111167a4d017p-7, 0x1.55555cf172b91p-5);
    double sum = Math.fma(r2 * r2, high, Math.fma(r2, low, TAILS[index] + r));
    if (size >= 512) {
      return nearTheEnds(sum, bits, k);
    }
    double scale = Double.longBitsToDouble(bits);
    return Math.fma(scale, sum, scale);
  }

  /** Where the power of two by itself may be too large or too small for a double. */
  private static double nearTheEnds(double sum, long bits, long k) {
    if ((k & 0x80000000L) == 0) {
      double scale = Double.longBitsToDouble(bits - (1009L << 52));
      return 0x1p1009 * Math.fma(scale, sum, scale);
    }
    double scale = Double.longBitsToDouble(bits + (1022L << 52));
    // The product is needed twice, so no multiply-add takes it up.
    double product = scale * sum;
    double y = scale + product;
    if (y < 1) {
      double low = scale - y + product;
      double high = 1 + y;
      low = 1 - high + y + low;
      y = (high + low) - 1;
    }
    return 0x1p-1022 * y;
  }

  /** {@code log(x)}, the natural logarithm; NaN below 0 and minus infinity at 0. */
  public static double log(double x) {
    if (!(x > 0) || x == Double.POSITIVE_INFINITY) {
      return x == 0 ? Double.NEGATIVE_INFINITY : x > 0 ? x : Double.NaN;
    }
    if (x >= 1 - 0x1p-4 && x < 1 + 0x1.09p-4) {
      return x == 1 ? 0 : nearOne(x);
    }
    long bits = Double.doubleToRawLongBits(x);
    if (x < Double.MIN_NORMAL) {
      bits = Double.doubleToRawLongBits(x * 0x1p52) - (52L << 52);
    }
    long offset = bits - LOG_OFFSET;
    int index = (int) (offset >>> (52 - BITS)) & (SIZE - 1);
    double k = offset >> 52;
    double z = Double.longBitsToDouble(bits - (offset & (0xfffL << 52)));
    double r = Math.fma(z, INVERSES[index], -1.0);
    double w = Math.fma(k, LOG_LN2_HIGH, LOGS[index]);
    double high = w + r;
    double low = Math.fma(k, LOG_LN2_LOW, (w - high) + r);
    double r2 = r * r;
    double outer = Math.fma(r, -0x1.fffffffeb4590p-3, 0x1.555555551305bp-2);
    double inner = Math.fma(r, -0x1.55575e506c89fp-3, 0x1.999b324f10111p-3);
    double polynomial = Math.fma(r2, inner, outer);
    return Math.fma(r * r2, polynomial, Math.fma(r2, -0x1.0000000000001p-1, low)) + high;
  }

  private static double nearOne(double x) {
    double r = x - 1;
    double r2 = r * r;
    double r3 = r * r2;
    double third =
        Math.fma(
            r3,
            -0x1.5521375d145cdp-4,
            Math.fma(
                r2,
                0x1.78182f7afd085p-4,
                Math.fma(r, -0x1.999eb43b068ffp-4, 0x1.c7184282ad6cap-4)));
    double second =
        Math.fma(
            r3,
            third,
            Math.fma(
                r2,
                -0x1.fffffa4423d65p-4,
                Math.fma(r, 0x1.24924a344de30p-3, -0x1.55555556745a7p-3)));
    double first =
        Math.fma(
            r3,
            second,
            Math.fma(
                r2,
                0x1.999999995dd0cp-3,
                Math.fma(r, -0x1.ffffffffffdcbp-3, 0x1.5555555555577p-2)));
    double w = r * 0x1p27;
    double rHigh = r + w - w;
    double rLow = r - rHigh;
    w = rHigh * rHigh * -0.5;
    double high = r + w;
    double low = r - high + w;
    low = Math.fma(-0.5 * rLow, rHigh + r, low);
    return Math.fma(r3, first, low) + high;
  }

  /**
   * {@code pow(x, 2)}, by which Python squares a float with {@code x ** 2}: one case in a thousand
   * is not the double nearest to the square.
   */
  public static double square(double x) {
    double plain = x * x;
    double size = Math.abs(x);
    // Beside these ends the product is right, or what Python refuses.
    if (!(size > 0x1p-500 && size < 0x1p500) || size == 1) {
      return plain;
    }
    long bits = Double.doubleToRawLongBits(size);
    long offset = bits - POW_OFFSET;
    double[] entry = POW_LOGS[(int) (offset >>> (52 - BITS)) & (SIZE - 1)];
    double k = offset >> 52;
    double z = Double.longBitsToDouble(bits - (offset & (0xfffL << 52)));
    double r = Math.fma(z, entry[0], -1.0);
    double t1 = Math.fma(k, LOG_LN2_HIGH, entry[1]);
    double t2 = t1 + r;
    double low1 = Math.fma(k, LOG_LN2_LOW, entry[2]);
    double low2 = t1 - t2 + r;
    double ar = -0.5 * r;
    double ar2 = r * ar;
    double ar3 = r * ar2;
    double high = t2 + ar2;
    double low3 = Math.fma(ar, r, -ar2);
    double low4 = t2 - high + ar2;
    double third = Math.fma(r, 0x1.0002b8b263fc3p+0, -0x1.2495b9b4845e9p+0);
    double second = Math.fma(r, -0x1.555555529a47ap-1, 0x1.999999959554ep-1);
    double first = Math.fma(r, 0x1.0000000000006p-1, -0x1.5555555555560p-1);
    double polynomial = Math.fma(ar2, Math.fma(ar2, third, second), first);
    double low = Math.fma(ar3, polynomial, low1 + low2 + low3 + low4);
    double log = high + low;
    double tail = high - log + low;
    double exponent = 2 * log;
    double exponentSize = Math.abs(exponent);
    return exponentSize < 0x1p-54 ? 1 + exponent : exp(exponent, 2 * tail, exponentSize);
  }
}
