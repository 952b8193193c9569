package dev.espalier.jobs;

import dev.espalier.jobs.progress.JobProgress;
import dev.espalier.jobs.progress.ProgressLine;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Announces the plan as soon as there is one. On a terminal one line is written over every half
 * second; elsewhere a line comes every minute.
 */
final class ProgressPrinter implements AutoCloseable {
  private static final long BETWEEN_LINES = Duration.ofMinutes(1).toNanos();

  private final Supplier<JobProgress> source;
  private final Supplier<Optional<String>> announcement;
  private final ProgressLine line;
  private final boolean terminal;
  private final PrintStream out;
  private final LongSupplier nanos;
  private final ScheduledExecutorService timer;
  private long lastLine;
  private int width;
  private boolean announced;

  /**
   * @param terminal whether a line can be written over
   * @param nanos the time, as {@link System#nanoTime}
   */
  ProgressPrinter(
      Supplier<JobProgress> source,
      Supplier<Optional<String>> announcement,
      ProgressLine line,
      boolean terminal,
      PrintStream out,
      LongSupplier nanos) {
    this.source = source;
    this.announcement = announcement;
    this.line = line;
    this.terminal = terminal;
    this.out = out;
    this.nanos = nanos;
    this.lastLine = nanos.getAsLong();
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "progress");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Prints where the surroundings say.
   *
   * @param expectedPerRow tokens that a row is expected to generate
   */
  static ProgressPrinter start(
      Supplier<JobProgress> source,
      Supplier<Optional<String>> announcement,
      double expectedPerRow,
      JobSurroundings around) {
    ProgressPrinter printer =
        new ProgressPrinter(
            source,
            announcement,
            new ProgressLine(expectedPerRow),
            around.isTerminal(),
            around.progress(),
            System::nanoTime);
    var unused = printer.timer.scheduleAtFixedRate(printer::tick, 100, 500, TimeUnit.MILLISECONDS);
    return printer;
  }

  synchronized void tick() {
    announce();
    long now = nanos.getAsLong();
    String text = line.at(source.get(), now);
    if (terminal) {
      out.print("\r" + text + " ".repeat(Math.max(0, width - text.length())));
      width = text.length();
    } else if (now - lastLine >= BETWEEN_LINES) {
      lastLine = now;
      out.println(text);
    }
    out.flush();
  }

  private void announce() {
    if (announced) {
      return;
    }
    Optional<String> text = announcement.get();
    if (text.isPresent()) {
      clear();
      out.println(text.get());
      announced = true;
    }
  }

  private void clear() {
    if (width > 0) {
      out.print("\r" + " ".repeat(width) + "\r");
      width = 0;
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
    synchronized (this) {
      announce();
      clear();
      out.flush();
    }
  }
}
