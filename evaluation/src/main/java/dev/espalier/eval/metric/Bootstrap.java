package dev.espalier.eval.metric;

import dev.espalier.eval.python.PythonRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Standard errors by drawing documents again, with Python's random numbers: chunks of a thousand
 * replicates, the i-th from {@code Random(i)}.
 */
final class Bootstrap {
  private static final int CHUNK = 1000;

  private Bootstrap() {}

  /** A figure of a choice of documents. Used by one thread. */
  @FunctionalInterface
  interface Figure {
    /**
     * @param choice indices of documents; one may come several times
     */
    double of(int[] choice);
  }

  /**
   * The standard deviation of a figure over replicates.
   *
   * @param figures makes one for each thread
   * @param size of the set of documents
   */
  static double standardError(Supplier<Figure> figures, int size, int iterations) {
    int chunk = Math.min(CHUNK, iterations);
    int chunks = iterations / chunk;
    double[] replicates = new double[chunks * chunk];
    IntStream.range(0, chunks)
        .parallel()
        .forEach(i -> fill(replicates, i * chunk, chunk, figures.get(), size, i));
    return Statistics.sampleDeviation(replicates);
  }

  private static void fill(
      double[] replicates, int from, int count, Figure figure, int size, int seed) {
    PythonRandom random = new PythonRandom(seed);
    int[] choice = new int[size];
    for (int i = from; i < from + count; i++) {
      for (int k = 0; k < size; k++) {
        choice[k] = (int) Math.floor(random.random() * size);
      }
      replicates[i] = figure.of(choice);
    }
  }
}
