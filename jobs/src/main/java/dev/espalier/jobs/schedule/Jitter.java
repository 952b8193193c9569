package dev.espalier.jobs.schedule;

import java.time.Duration;
import java.time.Instant;

/** By how much a start is put off: counted from the job and its time, so the same each time. */
final class Jitter {
  private Jitter() {}

  /** From 0 to less than {@code most}, in whole milliseconds. */
  static Duration of(String job, Instant fire, Duration most) {
    if (most.toMillis() <= 0) {
      return Duration.ZERO;
    }
    long hash = TextHash.of(job + " " + fire.toEpochMilli());
    return Duration.ofMillis(Math.floorMod(hash, most.toMillis()));
  }
}
