package dev.espalier.jobs.progress;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * Makes one line of each moment of a job. Rates are of the last five seconds; the time left is that
 * of the tokens left, at the rate of all tokens since the first. Not thread-safe.
 */
public final class ProgressLine {
  private static final long WINDOW_NANOS = Duration.ofSeconds(5).toNanos();

  private record Moment(JobProgress progress, long nanos) {}

  private final double expectedPerRow;
  private final Deque<Moment> window = new ArrayDeque<>();
  private Moment last;
  private long firstTokenNanos = -1;

  /**
   * @param expectedPerRow tokens that a row is expected to generate, before any has ended
   */
  public ProgressLine(double expectedPerRow) {
    this.expectedPerRow = expectedPerRow;
  }

  /**
   * The line of this moment.
   *
   * @param nanos when it is, as {@link System#nanoTime}; moments come in order
   */
  public String at(JobProgress now, long nanos) {
    if (firstTokenNanos < 0 && now.computedTokens() > 0) {
      // They were computed since the moment before.
      firstTokenNanos = last == null ? nanos : last.nanos;
    }
    last = new Moment(now, nanos);
    window.add(last);
    while (window.size() > 2 && nanos - window.peek().nanos > WINDOW_NANOS) {
      window.remove();
    }
    return now.phase().name().toLowerCase(Locale.ROOT) + " | " + counts(now, nanos);
  }

  private String counts(JobProgress now, long nanos) {
    return switch (now.phase()) {
      case READING -> rows(now.rowsRead());
      case PLANNING -> now.rowsTraced() + " of " + rows(now.rowsRead() - now.rowsFinished());
      case LOADING, WRITING -> ended(now);
      case RUNNING -> ended(now) + " | " + rates(now) + " | left " + left(now, nanos);
    };
  }

  private static String rows(long count) {
    return count + (count == 1 ? " row" : " rows");
  }

  private static String ended(JobProgress now) {
    return String.format(
        Locale.ROOT,
        "%d/%d rows, %d failed",
        now.rowsFinished() + now.rowsDone(),
        now.rowsFinished() + now.rowsToRun(),
        now.rowsFailed());
  }

  private String rates(JobProgress now) {
    Moment before = window.peek();
    double seconds = Math.max(1e-3, (last.nanos - before.nanos) / 1e9);
    long in = promptTokens(now) - promptTokens(before.progress);
    long out = now.generatedTokens() - before.progress.generatedTokens();
    long prompts = promptTokens(now);
    return String.format(
        Locale.ROOT,
        "in %.0f tok/s, out %.0f tok/s | prefix hits %.1f%%",
        Math.max(0, in) / seconds,
        Math.max(0, out) / seconds,
        prompts == 0 ? 0 : 100.0 * now.cachedTokens() / prompts);
  }

  private static long promptTokens(JobProgress progress) {
    return progress.promptTokens() + progress.cachedTokens();
  }

  private String left(JobProgress now, long nanos) {
    OptionalLong seconds = secondsLeft(now, nanos);
    if (seconds.isEmpty()) {
      return "--:--";
    }
    Duration left = Duration.ofSeconds(seconds.getAsLong());
    return left.toHours() > 0
        ? String.format(
            Locale.ROOT, "%d:%02d:%02d", left.toHours(), left.toMinutesPart(), left.toSecondsPart())
        : String.format(Locale.ROOT, "%d:%02d", left.toMinutesPart(), left.toSecondsPart());
  }

  /** Empty while no token was computed, or for no time. */
  OptionalLong secondsLeft(JobProgress now, long nanos) {
    double elapsed = firstTokenNanos < 0 ? 0 : (nanos - firstTokenNanos) / 1e9;
    if (elapsed <= 0 || now.computedTokens() == 0) {
      return OptionalLong.empty();
    }
    double rate = now.computedTokens() / elapsed;
    return OptionalLong.of(Math.round(now.tokensLeft(expectedPerRow) / rate));
  }
}
