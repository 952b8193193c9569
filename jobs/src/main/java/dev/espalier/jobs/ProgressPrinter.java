package dev.espalier.jobs;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Announces the plan as soon as there is one, and then rewrites one line every half second, if
 * there is a terminal.
 */
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
  private final Supplier<Optional<String>> announcement;
  private final PrintStream terminal;
  private final ScheduledExecutorService timer;
  private final long startNanos = System.nanoTime();
  private Snapshot last = new Snapshot(0, 0, 0, 0, 0, 0);
  private long lastNanos = startNanos;
  private int width;
  private boolean announced;

  private ProgressPrinter(
      Supplier<Snapshot> source, Supplier<Optional<String>> announcement, PrintStream terminal) {
    this.source = source;
    this.announcement = announcement;
    this.terminal = terminal;
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "progress");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Prints to standard error: the announcement once there is one, and progress if the start script
   * found a terminal there.
   */
  static ProgressPrinter start(Supplier<Snapshot> source, Supplier<Optional<String>> announcement) {
    ProgressPrinter printer = new ProgressPrinter(source, announcement, System.err);
    boolean terminal = Boolean.getBoolean("espalier.progress");
    var unused =
        printer.timer.scheduleAtFixedRate(
            () -> printer.tick(terminal), 100, 500, TimeUnit.MILLISECONDS);
    return printer;
  }

  private synchronized void tick(boolean progress) {
    if (!announced) {
      announcement
          .get()
          .ifPresent(
              text -> {
                terminal.println(text);
                announced = true;
              });
    }
    if (progress) {
      print();
    }
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
    double in = (now.promptTokens() - before.promptTokens()) / Math.max(seconds, 1e-3);
    double out = (now.generatedTokens() - before.generatedTokens()) / Math.max(seconds, 1e-3);
    double hits = now.promptTokens() == 0 ? 0 : 100.0 * now.cachedTokens() / now.promptTokens();
    String left =
        now.rows() == 0 || now.done() == 0
            ? "--:--"
            : time(
                Duration.ofSeconds(
                    (long) (elapsed * Math.max(0, now.rows() - now.done()) / now.done())));
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
    tick(false);
    if (width > 0) {
      terminal.print("\r" + " ".repeat(width) + "\r");
      terminal.flush();
    }
  }
}
