package dev.espalier.jobs.schedule.cron;

/** What is wrong with an expression, without the names of classes. */
final class Reason {
  private Reason() {}

  static String of(IllegalArgumentException failure) {
    String message = failure.getMessage();
    Throwable deepest = failure;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    String inner = deepest.getMessage();
    String text = inner == null || inner.isBlank() ? message : inner;
    return text == null ? "it cannot be read" : text.replaceAll("\\s+", " ").strip();
  }
}
