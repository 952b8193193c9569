package dev.espalier.io.lock;

import java.time.Duration;

/**
 * How often an owner gives a sign of life, and when its silence frees the lock.
 *
 * @param beat between two signs of life
 * @param expiry several times {@code beat}
 * @param poll of one who waits
 */
record LockTimes(Duration beat, Duration expiry, Duration poll) {
  static final LockTimes DEFAULTS =
      new LockTimes(Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofMillis(500));

  /**
   * The silence that frees the lock of a job that its cluster does not know: who is about to submit
   * it gives signs of life.
   */
  Duration unknownExpiry() {
    Duration two = beat.multipliedBy(2);
    return two.compareTo(expiry) < 0 ? two : expiry;
  }
}
