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

  /** A walk takes longer than the driver does between two questions. */
  private static final int ASKED_PER_WALK = 32;

  private final long startMillis = System.currentTimeMillis();
  private final long startNanos = System.nanoTime();

  private volatile long handedOver = startNanos;
  private volatile long rested = startNanos;
  private volatile Thread resting;
  private volatile Thread driver; // as the last walk found it
  private int asked; // by it since then; read and written by it alone

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

  /** A thread that was the driver and hands over now is taken for it for some questions more. */
  private boolean isDriver() {
    Thread asks = Thread.currentThread();
    if (driver == asks && ++asked < ASKED_PER_WALK) {
      return true;
    }
    boolean found =
        CALLERS.walk(
            frames ->
                frames
                    .skip(2)
                    .findFirst()
                    .map(StackFrame::getMethodName)
                    .filter(LOOKING_FOR_WORK::equals)
                    .isPresent());
    if (found) {
      asked = 0;
      driver = asks;
    } else if (driver == asks) {
      driver = null;
    }
    return found;
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
