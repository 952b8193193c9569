package dev.espalier.io.lock;

import java.time.Duration;

/** Another process holds the lock. The message says which, since when, and what to do. */
public final class LockHeldException extends Exception {
  private final String problem;
  private final String remedy;

  LockHeldException(String owner, Duration silence, Duration expiry) {
    this(
        "in use by another job: %s; its last sign of life is %s s old"
            .formatted(owner, silence.toSeconds()),
        "wait for it with --wait, stop it, or choose another path; a lock without a sign of life"
            + " for"
            + " %s s is free again".formatted(expiry.toSeconds()));
  }

  private LockHeldException(String problem, String remedy) {
    super(problem + ": " + remedy);
    this.problem = problem;
    this.remedy = remedy;
  }

  public String problem() {
    return problem;
  }

  public String remedy() {
    return remedy;
  }
}
