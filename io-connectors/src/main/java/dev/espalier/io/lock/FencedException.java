package dev.espalier.io.lock;

import java.io.IOException;

/** The lock went to another process meanwhile: what this one has written must not take effect. */
public final class FencedException extends IOException {
  FencedException(String place, long mine, long latest) {
    super(
        place
            + ": another job took over here while this one gave no sign of life (its number is "
            + latest
            + ", this one's "
            + mine
            + "); nothing was changed. Run this job again when the other has ended.");
  }
}
