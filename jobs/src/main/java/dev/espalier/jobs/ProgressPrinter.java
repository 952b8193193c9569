package dev.espalier.jobs;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Rewrites one line on a terminal every half second. Silent when there is none. */
final class ProgressPrinter implements AutoCloseable {

  /**
   * Where a run stands.
   *
   * @param rows all rows, or 0 while unknown
   * @param done rows that ended, failed ones included
   * @param cachedTokens prompt tokens found in the cache
   */
  record Snapshot(
      long rows,
      long done,
      long failed,
      long promptTokens,
      long cachedTokens,
      long generatedTokens) {}

  private final Supplier<Snapshot> source;
  private final PrintStream terminal;
  private final ScheduledExecutorService timer;
  private final long startNanos = System.nanoTime();
  private Snapshot last = new Snapshot(0, 0, 0, 0, 0, 0);
  private long lastNanos = startNanos;
  private int width;

  private ProgressPrinter(Supplier<Snapshot> source, PrintStream terminal) {
    this.source = source;
    this.terminal = terminal;
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "progress");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Prints to standard error if the start script found a terminal there. */
  static ProgressPrinter start(Supplier<Snapshot> source) {
    ProgressPrinter printer = new ProgressPrinter(source, System.err);
    if (Boolean.getBoolean("espalier.progress")) {
      var unused =
          printer.timer.scheduleAtFixedRate(printer::print, 500, 500, TimeUnit.MILLISECONDS);
    }
    return printer;
  }

  private void print() {
    Snapshot now = source.get();
    long nanos = System.nanoTime();
    String line = line(last, now, (nanos - lastNanos) / 1e9, (nanos - startNanos) / 1e9);
    last = now;
    lastNanos = nanos;
    terminal.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
    terminal.flush();
    width = line.length();
  }

  /** One line; rates are over {@code seconds} since {@code before}, time left over all of it. */
  static String line(Snapshot before, Snapshot now, double seconds, double elapsed) {
    double in = (now.promptTokens() - before.promptTokens()) / seconds;
    double out = (now.generatedTokens() - before.generatedTokens()) / seconds;
    double hits = now.promptTokens() == 0 ? 0 : 100.0 * now.cachedTokens() / now.promptTokens();
    String left =
        now.rows() == 0 || now.done() == 0
            ? "--:--"
            : time(Duration.ofSeconds((long) (elapsed * (now.rows() - now.done()) / now.done())));
    return String.format(
        Locale.ROOT,
        "%d/%s rows, %d failed | in %.0f tok/s, out %.0f tok/s | prefix hits %.1f%% | left %s",
        now.done(),
        now.rows() == 0 ? "?" : Long.toString(now.rows()),
        now.failed(),
        in,
        out,
        hits,
        left);
  }

  private static String time(Duration left) {
    return left.toHours() > 0
        ? String.format(
            Locale.ROOT, "%d:%02d:%02d", left.toHours(), left.toMinutesPart(), left.toSecondsPart())
        : String.format(Locale.ROOT, "%d:%02d", left.toMinutesPart(), left.toSecondsPart());
  }

  @Override
  public void close() {
    timer.shutdownNow();
    if (width > 0) {
      terminal.print("\r" + " ".repeat(width) + "\r");
      terminal.flush();
    }
  }
}
