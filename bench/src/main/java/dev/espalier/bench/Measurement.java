package dev.espalier.bench;

import java.util.Locale;

/**
 * How fast one workload ran.
 *
 * @param tokens computed or generated; 0 for a yardstick
 * @param seconds of wall time
 * @param flops multiplications and additions of matrix products and attention
 * @param bytes of weights, keys and values that have to be read at least
 */
public record Measurement(String name, long tokens, double seconds, double flops, double bytes) {

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
    return String.format(
        Locale.ROOT,
        "%-34s %18s %8.1f GFLOP/s %7.1f GB/s",
        name,
        speed,
        gigaflops(),
        gigabytesPerSecond());
  }
}
