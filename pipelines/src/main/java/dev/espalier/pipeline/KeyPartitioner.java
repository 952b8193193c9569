package dev.espalier.pipeline;

import java.io.Serializable;

/** Which worker a runner gives the elements of a key to, when it groups by key. */
public interface KeyPartitioner extends Serializable {
  /** At least 1. */
  int workers();

  /**
   * The worker of a key, in {@code [0, workers)}.
   *
   * @param key as its coder writes it
   */
  int workerOf(byte[] key);

  /** Of a runner whose workers take whatever key is next, or of which nothing is known. */
  static KeyPartitioner none() {
    return None.INSTANCE;
  }

  /** All keys are alike. */
  enum None implements KeyPartitioner {
    INSTANCE;

    @Override
    public int workers() {
      return 1;
    }

    @Override
    public int workerOf(byte[] key) {
      return 0;
    }
  }
}
