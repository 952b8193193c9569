package dev.espalier.jobs;

import dev.espalier.jobs.schedule.log.RunFigures;
import dev.espalier.jobs.schedule.log.RunRecord;
import java.time.Instant;
import java.util.Locale;

/** A run of a schedule in one line. */
final class RunLines {
  private RunLines() {}

  static String of(RunRecord run) {
    StringBuilder line = new StringBuilder();
    line.append(String.format(Locale.ROOT, "%-40s %-10s %-8s", run.id(), word(run), run.cause()));
    if (run.started() > 0) {
      line.append(" started ").append(Instant.ofEpochSecond(run.started() / 1000));
    }
    if (run.ended() > 0 && run.started() > 0) {
      line.append(", ").append(Figures.duration((run.ended() - run.started()) / 1e3));
    }
    if (run.attempt() > 1) {
      line.append(", attempt ").append(run.attempt());
    }
    RunFigures figures = run.figures();
    if (figures != null && figures.rows() != null) {
      line.append(", ").append(Figures.count(figures.rows(), "row"));
    }
    if (figures != null && figures.failed() != null && figures.failed() > 0) {
      line.append(", ").append(figures.failed()).append(" failed");
    }
    if (run.message() != null && !run.message().isEmpty()) {
      line.append(": ").append(run.message());
    }
    return line.toString();
  }

  private static String word(RunRecord run) {
    return switch (run.phase()) {
      case WAITING -> run.attempt() > 1 ? "retries" : "waits";
      case RUNNING -> "runs";
      case ENDED -> run.succeeded() ? "done" : "failed " + run.exitCode();
    };
  }
}
