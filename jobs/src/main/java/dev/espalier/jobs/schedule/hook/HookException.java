package dev.espalier.jobs.schedule.hook;

/** A hook could not be told; the message says why. */
final class HookException extends Exception {
  HookException(String message) {
    super(message);
  }
}
