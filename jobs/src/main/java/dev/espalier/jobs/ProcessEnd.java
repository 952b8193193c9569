package dev.espalier.jobs;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The end of this process, once it has been told to end: what its threads find from then on, such
 * as files that are gone, is no outcome of what they do.
 */
final class ProcessEnd {
  private ProcessEnd() {}

  /** Whether it has begun: what is done at the end may have been done in part. */
  static boolean hasBegun() {
    Thread none = new Thread(() -> {}, "none");
    try {
      Runtime.getRuntime().addShutdownHook(none);
      Runtime.getRuntime().removeShutdownHook(none);
      return false;
    } catch (IllegalStateException e) {
      return true; // no hook can be added or removed any more
    }
  }

  /** Returns unless the end has begun, and never then. */
  static void awaitIfBegun() {
    while (hasBegun()) {
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
    }
  }
}
