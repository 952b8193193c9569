package dev.espalier.pipeline;

import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.program.RowRunner;
import dev.espalier.row.AnsweredRow;
import dev.espalier.row.RowOutcome;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;

/**
 * Runs the programs of one range: submits rows in the given order, as many at once as the engine's
 * permits allow, tells the engine of openings still to come, and hands on each outcome when it has
 * ended and is in the journal. Everything but the programs happens on the calling thread; used
 * once.
 */
final class RangeRun {
  /**
   * Gets the answered rows, on the thread that runs the range, in the order in which they ended.
   */
  @FunctionalInterface
  interface Sink {
    void emit(AnsweredRow answered, RowEngine metered);
  }

  private static final int ROWS_NAMED = 8;

  private record Announced(TracedRow traced, Engine.Expectation expectation) {}

  private record Running(
      TracedRow traced, RowEngine metered, CompletableFuture<RowOutcome> outcome) {}

  private final Engine engine;
  private final Semaphore turn;
  private final Semaphore programs;
  private final RowRunner runner;
  private final RowJournal.Writer journal;
  private final RunOptions options;
  private final Sink sink;

  private final Deque<Announced> announced = new ArrayDeque<>();
  private final Set<Running> inFlight = new LinkedHashSet<>();
  private final BlockingQueue<Running> ended = new LinkedBlockingQueue<>();
  private EngineException failure;

  RangeRun(
      EngineLease lease,
      RowRunner runner,
      RowJournal.Writer journal,
      RunOptions options,
      Sink sink) {
    this.engine = lease.engine();
    this.turn = lease.turn();
    this.programs = lease.programs();
    this.runner = runner;
    this.journal = journal;
    this.options = options;
    this.sink = sink;
  }

  /**
   * Runs {@code rows} to their ends.
   *
   * @throws EngineException if the machine failed; rows that had ended by then are in the journal
   */
  void run(Iterator<TracedRow> rows) throws IOException, InterruptedException {
    try {
      startAll(rows);
      while (!inFlight.isEmpty()) {
        finish(awaitEnded());
      }
    } catch (OutOfMemoryError e) {
      throw new EngineException(
          ErrorCode.OUT_OF_MEMORY, "memory ran out with " + rowsInFlight() + " in flight", e);
    } finally {
      giveUp();
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void startAll(Iterator<TracedRow> rows) throws IOException, InterruptedException {
    turn.acquire();
    try {
      while (failure == null && announce(rows)) {
        if (mayStart()) {
          start(announced.remove());
          finish(drainEnded());
        } else {
          finish(awaitEnded());
        }
      }
    } finally {
      turn.release();
    }
  }

  /** Announces the rows next in line; returns whether any row is left to start. */
  private boolean announce(Iterator<TracedRow> rows) {
    while (announced.size() <= options.announced() && rows.hasNext()) {
      TracedRow traced = rows.next();
      announced.add(new Announced(traced, engine.expect(traced.tokens())));
    }
    return !announced.isEmpty();
  }

  /** Takes a permit if there is one; waits for it if none of our own programs can free one. */
  private boolean mayStart() throws InterruptedException {
    if (inFlight.isEmpty()) {
      programs.acquire();
      return true;
    }
    return programs.tryAcquire();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the queue gets every end, good or bad
  private void start(Announced next) {
    TracedRow traced = next.traced;
    RowEngine metered = new RowEngine(engine, next.expectation, traced.tokens().length());
    Running running = new Running(traced, metered, outcome(traced, metered));
    inFlight.add(running);
    running.outcome.whenComplete((outcome, problem) -> ended.add(running));
  }

  private CompletableFuture<RowOutcome> outcome(TracedRow traced, RowEngine metered) {
    if (traced.row().error().isPresent()) {
      return CompletableFuture.completedFuture(
          new RowOutcome(traced.row().id(), List.of(), List.of(), traced.row().error()));
    }
    try {
      return runner.run(traced.row(), metered, options.seed());
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private List<Running> drainEnded() {
    List<Running> batch = new ArrayList<>();
    ended.drainTo(batch);
    return batch;
  }

  private List<Running> awaitEnded() throws InterruptedException {
    List<Running> batch = new ArrayList<>();
    batch.add(ended.take());
    ended.drainTo(batch);
    return batch;
  }

  /** Journals what ended well in one go, then emits it, unless the range has failed. */
  private void finish(List<Running> batch) throws IOException {
    List<Running> done = new ArrayList<>();
    List<FinishedRow> finished = new ArrayList<>();
    for (Running running : batch) {
      inFlight.remove(running);
      programs.release();
      running.metered.end();
      try {
        RowOutcome outcome = running.outcome.join();
        finished.add(new FinishedRow(FinishedRow.hash(running.traced.row()), outcome));
        done.add(running);
      } catch (CompletionException | CancellationException e) {
        fail(running.traced.row().id(), e);
      }
    }
    if (!finished.isEmpty()) {
      journal.append(finished);
    }
    if (failure == null) {
      done.forEach(
          running ->
              sink.emit(
                  new AnsweredRow(running.traced.row(), running.outcome.join()), running.metered));
    }
  }

  /** For a message: the first rows by their start. */
  private String rowsInFlight() {
    String shown =
        inFlight.stream()
            .limit(ROWS_NAMED)
            .map(running -> running.traced.row().id())
            .collect(Collectors.joining(", "));
    int more = inFlight.size() - ROWS_NAMED;
    return (inFlight.size() == 1 ? "row " : "rows ")
        + shown
        + (more > 0 ? " and " + more + " more" : "");
  }

  private void fail(String rowId, RuntimeException problem) {
    Throwable cause =
        problem instanceof CompletionException && problem.getCause() != null
            ? problem.getCause()
            : problem;
    EngineException known = EngineException.of(cause);
    EngineException failed =
        new EngineException(known.code(), "row " + rowId + ": " + known.getMessage(), cause);
    if (failure == null) {
      failure = failed;
    } else {
      failure.addSuppressed(failed);
    }
  }

  /** Withdraws announcements and, after an interruption or a lost journal, what still runs. */
  private void giveUp() {
    announced.forEach(waiting -> waiting.expectation.close());
    for (Running running : inFlight) {
      running.outcome.cancel(true);
      running.metered.end();
      programs.release();
    }
    inFlight.clear();
  }
}
