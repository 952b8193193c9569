package dev.espalier.bench;

import java.util.Locale;

/**
 * How fast one workload ran.
 *
 * @param tokens computed or generated; 0 for a yardstick
 * @param seconds of wall time
 * @param flops multiplications and additions of matrix products and attention
 * @param bytes of weights, keys and values that have to be read at least
 * @param yardstick what bounds it, in {@code flops} or {@code bytes} a second as {@code bound}
 *     says; 0 where none was measured
 */
public record Measurement(
    String name,
    long tokens,
    double seconds,
    double flops,
    double bytes,
    Bound bound,
    double yardstick) {

  /** What bounds a workload. */
  public enum Bound {
    MULTIPLY_ADDS("multiply-adds"),
    READING("reading");

    private final String words;

    Bound(String words) {
      this.words = words;
    }
  }

  /** A yardstick itself. */
  static Measurement yardstick(String name, double flops, double bytes) {
    return new Measurement(name, 0, 1, flops, bytes, Bound.MULTIPLY_ADDS, 0);
  }

  Measurement besides(double newYardstick) {
    return new Measurement(name, tokens, seconds, flops, bytes, bound, newYardstick);
  }

  /** Of the yardstick; 0 where none was measured. */
  public double share() {
    double reached = (bound == Bound.READING ? bytes : flops) / seconds;
    return yardstick == 0 ? 0 : reached / yardstick;
  }

  public double tokensPerSecond() {
    return tokens / seconds;
  }

  public double gigaflops() {
    return flops / seconds / 1e9;
  }

  public double gigabytesPerSecond() {
    return bytes / seconds / 1e9;
  }

  @Override
  public String toString() {
    String speed =
        tokens == 0 ? "" : String.format(Locale.ROOT, "%9.1f tokens/s", tokensPerSecond());
    String part =
        yardstick == 0
            ? ""
            : String.format(Locale.ROOT, "  %3.0f %% of %s", 100 * share(), bound.words);
    return String.format(
        Locale.ROOT,
        "%-34s %18s %8.1f GFLOP/s %7.1f GB/s%s",
        name,
        speed,
        gigaflops(),
        gigabytesPerSecond(),
        part);
  }
}
