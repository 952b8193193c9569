package dev.espalier.jobs.direct;

import java.lang.StackWalker.StackFrame;
import java.util.concurrent.locks.LockSupport;
import org.apache.beam.runners.direct.Clock;
import org.joda.time.Instant;

/**
 * A clock at which the driver of Beam's DirectRunner rests. The driver asks it once for each
 * transform whenever it looks for work, and workers ask it when they hand over what they have
 * output. Since the last handing over, the driver may run for {@link #BUSY_NANOS}; from then on it
 * rests {@link #RESTS} times as long as it runs, until there is a handing over. A worker that ends
 * without output does not wake it, so it never rests for longer than {@link #REST_NANOS} at once.
 * Thread-safe.
 */
final class PacedClock implements Clock {
  private static final long BUSY_NANOS = 500_000;
  private static final long REST_NANOS = 500_000;
  private static final int RESTS = 10;

  /** What the driver alone calls, of all that ask for the time. */
  private static final String LOOKING_FOR_WORK = "extractFiredTimers";

  private static final StackWalker CALLERS = StackWalker.getInstance();

  private final long startMillis = System.currentTimeMillis();
  private final long startNanos = System.nanoTime();

  private volatile long handedOver = startNanos;
  private volatile long rested = startNanos;
  private volatile Thread resting;

  @Override
  public Instant now() {
    if (isDriver()) {
      rest();
    } else {
      handedOver = System.nanoTime();
      LockSupport.unpark(resting);
    }
    return Instant.ofEpochMilli(startMillis + (System.nanoTime() - startNanos) / 1_000_000);
  }

  private static boolean isDriver() {
    return CALLERS.walk(
        frames ->
            frames
                .skip(2)
                .findFirst()
                .map(StackFrame::getMethodName)
                .filter(LOOKING_FOR_WORK::equals)
                .isPresent());
  }

  private void rest() {
    long now = System.nanoTime();
    if (now - handedOver < BUSY_NANOS || now - rested < REST_NANOS / RESTS) {
      return;
    }
    resting = Thread.currentThread();
    LockSupport.parkNanos(this, REST_NANOS);
    resting = null;
    rested = System.nanoTime();
  }
}
