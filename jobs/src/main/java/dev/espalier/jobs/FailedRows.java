package dev.espalier.jobs;

import dev.espalier.io.table.Manifest;

/** What the terminal says of a table's error rows. */
final class FailedRows {
  private FailedRows() {}

  /** A line for each code: how many rows, and the first of them with its step and message. */
  static String lines(Manifest table) {
    StringBuilder text = new StringBuilder();
    table
        .errors()
        .forEach(
            (code, count) -> {
              text.append("  ").append(code).append(": ").append(Figures.count(count, "row"));
              Manifest.FirstError first = table.firstErrors().get(code);
              if (first != null) {
                text.append(count == 1 ? ", row " : "; the first is row ").append(first.id());
                if (!first.step().isEmpty()) {
                  text.append(", step ").append(first.step());
                }
                text.append(": ").append(oneLine(first.message()));
              }
              text.append('\n');
            });
    return text.toString();
  }

  /** Whether so many failed that the job has. */
  static boolean tooMany(Manifest table, double maxFailures) {
    return (double) table.failedRows() / Math.max(1, table.rows()) > maxFailures;
  }

  /**
   * What to do about them; empty if none failed or as many may.
   *
   * @param snapshots whether the table is one
   */
  static String verdict(Manifest table, double maxFailures, boolean snapshots) {
    if (!tooMany(table, maxFailures)) {
      return "";
    }
    return Figures.percent(table.failedRows(), table.rows())
        + " failed, and maxFailures is "
        + Figures.percent(maxFailures)
        + ": mend what they need and "
        + (snapshots ? "refresh" : "run --retry-failed")
        + ", or allow more\n";
  }

  /** Controls of a terminal, and lines, shown as blanks. */
  private static String oneLine(String message) {
    return message.replaceAll("\\p{Cntrl}+", " ").strip();
  }
}
