package dev.espalier.pipeline;

import java.io.UncheckedIOException;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.util.CoderUtils;

/**
 * Keys that give each worker its share of the numbers below a count, neighbours together. By the
 * hash of the number alone 16 ranges on 8 workers of Flink would be 1, 1, 1, 2, 1, 7, 3 and 0, and
 * the job as slow as the worker of seven. Not thread-safe.
 */
final class NumberedKeys {
  /** Each salt leads to the worker with a probability of 1 / workers. */
  private static final int TRIES_PER_WORKER = 100;

  private final KeyPartitioner partitioner;
  private final NumberedKey[] keys; // found so far

  NumberedKeys(int count, KeyPartitioner partitioner) {
    this.partitioner = partitioner;
    this.keys = new NumberedKey[count];
  }

  int count() {
    return keys.length;
  }

  /** The key of a number in {@code [0, count)}. */
  NumberedKey of(int number) {
    if (keys[number] == null) {
      keys[number] = find(number);
    }
    return keys[number];
  }

  private NumberedKey find(int number) {
    int workers = partitioner.workers();
    long worker = (long) number * workers / keys.length;
    for (int salt = 0; salt < TRIES_PER_WORKER * workers; salt++) {
      NumberedKey key = new NumberedKey(number, salt);
      if (partitioner.workerOf(encoded(key)) == worker) {
        return key;
      }
    }
    return new NumberedKey(number, 0);
  }

  private static byte[] encoded(NumberedKey key) {
    try {
      return CoderUtils.encodeToByteArray(NumberedKey.CODER, key);
    } catch (CoderException e) {
      throw new UncheckedIOException("a key cannot be encoded", e);
    }
  }
}
