package dev.espalier.jobs.schedule.log;

import java.io.IOException;

/** Another scheduler writes this log now: what this one wanted to write was not written. */
public final class LogOvertakenException extends IOException {
  LogOvertakenException(String directory) {
    super(
        directory
            + ": another scheduler took over here while this one gave no sign of life; this one"
            + " started nothing since. Stop one of them, or give them state directories of their"
            + " own.");
  }
}
