package dev.espalier.jobs.progress;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * Makes one line of each moment of a job. A cluster tells its figures only from time to time, and
 * some seconds late, so all is reckoned from the moments in which they changed, by the clock of
 * those who told them. Rates are of the last five seconds, or of the last changes if those are
 * longer ago; the time left is that of the tokens left, at the rate of those in the last third of
 * the run, or 15 seconds, or the half of a shorter run: while code is compiled they are slow, and a
 * short time tells less of what prompts and answers take together. Not thread-safe.
 */
public final class ProgressLine {
  private static final long WINDOW_NANOS = Duration.ofSeconds(5).toNanos();

  private static final long RECENT_NANOS = Duration.ofSeconds(15).toNanos();
  private static final int RECENT_SHARE = 3; // of the run

  /** The run so far is remembered in about so many steps. */
  private static final int STEPS = 200;

  private static final long UNKNOWN = Long.MIN_VALUE;

  /** Nanos: when it was so, by the clock of the workers if they tell theirs. */
  private record Moment(JobProgress progress, long nanos) {}

  private final double expectedPerRow;
  private final Deque<Moment> window = new ArrayDeque<>(); // changes
  private final Deque<Moment> recent = new ArrayDeque<>(); // for the time left
  private long beginNanos = -1; // of computing
  private long lastNanos;
  private long origin = UNKNOWN; // when workers began, as of their first word
  private long earliestOrigin; // as of the word that came soonest

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
    Moment moment = new Moment(now, told(now, nanos));
    if (window.isEmpty() || isChange(window.getLast().progress, now)) {
      remember(moment);
    }
    lastNanos = moment.nanos;
    return now.phase().name().toLowerCase(Locale.ROOT) + " | " + counts(now, nanos);
  }

  /** When the figures were so. */
  private long told(JobProgress now, long nanos) {
    if (now.elapsedNanos() == 0) {
      return nanos;
    }
    long began = nanos - now.elapsedNanos();
    long last = window.isEmpty() ? UNKNOWN : window.getLast().nanos;
    if (origin == UNKNOWN || origin + now.elapsedNanos() < last) { // begins, or begins again
      origin = began;
      earliestOrigin = began;
      window.clear();
      window.add(new Moment(JobProgress.NONE, origin));
      recent.clear();
      recent.add(new Moment(JobProgress.NONE, origin));
      beginNanos = origin;
    }
    earliestOrigin = Math.min(earliestOrigin, began);
    return origin + now.elapsedNanos();
  }

  private static boolean isChange(JobProgress before, JobProgress now) {
    return promptTokens(before) != promptTokens(now)
        || before.generatedTokens() != now.generatedTokens();
  }

  private void remember(Moment change) {
    long tokens = change.progress.computedTokens();
    boolean beganAgain = !recent.isEmpty() && tokens < recent.getLast().progress.computedTokens();
    if (tokens > 0 && (recent.isEmpty() || beganAgain)) {
      // They were computed since the moment before.
      beginNanos = window.isEmpty() ? change.nanos : lastNanos;
      recent.clear();
      recent.add(new Moment(beganAgain ? change.progress : JobProgress.NONE, beginNanos));
    }
    if (!recent.isEmpty()) {
      long elapsed = change.nanos - beginNanos;
      if (change.nanos - recent.getLast().nanos >= elapsed / STEPS) {
        recent.add(change);
      }
      long span = Math.min(elapsed / 2, Math.max(RECENT_NANOS, elapsed / RECENT_SHARE));
      while (recent.size() > 1 && second(recent).nanos <= change.nanos - span) {
        recent.remove();
      }
    }
    window.add(change);
    while (window.size() > 2 && change.nanos - window.peek().nanos > WINDOW_NANOS) {
      window.remove();
    }
  }

  private static Moment second(Deque<Moment> moments) {
    Iterator<Moment> all = moments.iterator();
    var unused = all.next();
    return all.next();
  }

  private String counts(JobProgress now, long nanos) {
    return switch (now.phase()) {
      case WAITING -> (now.rowsToRun() == 0 ? "" : ended(now) + " | ") + "for " + now.waitsFor();
      case READING -> rows(now.rowsRead());
      case PLANNING -> now.rowsTraced() + " of " + rows(now.rowsRead() - now.rowsFinished());
      case LOADING, WRITING -> ended(now);
      case RUNNING -> ended(now) + " | " + rates(now, nanos) + " | left " + left(now, nanos);
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

  private String rates(JobProgress now, long nanos) {
    Moment before = window.peek();
    Moment last = window.getLast();
    long between = (last.nanos - before.nanos) / Math.max(1, window.size() - 1);
    boolean pauses = nanos - last.nanos > Math.max(WINDOW_NANOS, 2 * between);
    double seconds = pauses ? Double.POSITIVE_INFINITY : (last.nanos - before.nanos) / 1e9;
    long in = promptTokens(last.progress) - promptTokens(before.progress);
    long out = last.progress.generatedTokens() - before.progress.generatedTokens();
    long prompts = promptTokens(now);
    return String.format(
        Locale.ROOT,
        "in %.0f tok/s, out %.0f tok/s | prefix hits %.1f%%",
        Math.max(0, in) / Math.max(1e-3, seconds),
        Math.max(0, out) / Math.max(1e-3, seconds),
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
    Moment last = window.getLast();
    if (recent.isEmpty() || last.nanos <= recent.peek().nanos) {
      return OptionalLong.empty();
    }
    long tokens = last.progress.computedTokens() - recent.peek().progress.computedTokens();
    if (tokens <= 0) {
      return OptionalLong.empty();
    }
    double perToken = (last.nanos - recent.peek().nanos) / 1e9 / tokens;
    double sinceThen =
        (nanos - last.nanos + (origin == UNKNOWN ? 0 : origin - earliestOrigin)) / 1e9;
    return OptionalLong.of(
        Math.round(Math.max(0, now.tokensLeft(expectedPerRow) * perToken - sinceThen)));
  }
}
