package dev.espalier.engine.sample;

import dev.espalier.engine.forward.TokenChoice;
import java.util.Random;
import java.util.stream.IntStream;

/** Choices with every parameter, each of them off in about half. */
public final class RandomChoices {
  private RandomChoices() {}

  /**
   * @param size of the vocabulary
   * @param most tokens in a list of penalties or biases
   */
  public static TokenChoice next(Random random, int size, int most) {
    int[] seen = random.nextBoolean() ? tokens(random, size, most) : new int[0];
    int[] counted = random.nextBoolean() ? tokens(random, size, most) : new int[0];
    int[] biased = random.nextBoolean() ? tokens(random, size, most) : new int[0];
    float[] biases = new float[biased.length];
    for (int i = 0; i < biases.length; i++) {
      biases[i] = (float) random.nextGaussian() * 3;
    }
    return new TokenChoice(
        random.nextInt(4) == 0 ? 0 : 0.1 + random.nextDouble() * 2,
        random.nextBoolean() ? 0 : 1 + random.nextInt(size + 3),
        random.nextBoolean() ? 1 : 0.05 + 0.95 * random.nextDouble(),
        random.nextBoolean() ? 0 : random.nextDouble(),
        seen.length == 0 ? 1 : 0.5 + random.nextDouble(),
        random.nextDouble() * 4 - 2,
        random.nextDouble() * 4 - 2,
        seen,
        counted,
        IntStream.range(0, counted.length).map(i -> 1 + random.nextInt(5)).toArray(),
        biased,
        biases,
        random.nextBoolean() ? mask(random, size) : null,
        random.nextLong(),
        random.nextInt());
  }

  private static long[] mask(Random random, int size) {
    long[] allowed = new long[(size + 63) / 64];
    for (int i = 1 + random.nextInt(size); i > 0; i--) {
      int token = random.nextInt(size);
      allowed[token >> 6] |= 1L << token;
    }
    return allowed;
  }

  private static int[] tokens(Random random, int size, int most) {
    return IntStream.range(0, 1 + random.nextInt(Math.min(size, most)))
        .map(i -> random.nextInt(size))
        .sorted()
        .distinct()
        .toArray();
  }
}
