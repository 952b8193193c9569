package dev.espalier.pipeline;

import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.program.RowRunner;
import dev.espalier.row.AnsweredRow;
import dev.espalier.row.Row;
import dev.espalier.row.RowOutcome;
import dev.espalier.row.RowReads;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;

/**
 * Feeds the engine with the rows of ranges, one range after the other: submits rows in the given
 * order, as many at once as the engine's permits allow, tells the engine of openings still to come,
 * and hands on each outcome when it has ended and is in the journal. A range begins as soon as all
 * rows of the one before have begun, so that the engine never runs dry between two.
 *
 * <p>For one thread, to which all outcomes come. What the engine waits for does not wait for that
 * thread: a row that ends gives its permit back at once, and is journaled by a thread of its own.
 */
final class RangeFeed implements Closeable {
  /**
   * Gets the answered rows, on the thread that feeds, in the order in which they were journaled.
   */
  @FunctionalInterface
  interface Sink {
    void emit(AnsweredRow answered, RowEngine metered);
  }

  /** The rows of one range in their order, and what holds them. */
  interface Range extends Closeable {
    Iterator<TracedRow> rows();

    /** Called once, when every row has begun; closed then. */
    void begun();

    @Override
    void close() throws IOException;
  }

  private static final int ROWS_NAMED = 8;

  private record Announced(TracedRow traced, Engine.Expectation expectation) {}

  private final Engine engine;
  private final Semaphore turn;
  private final Semaphore programs;
  private final RowRunner runner;
  private final JournalThread journal;
  private final RunOptions options;
  private final String memory;
  private final Sink sink;
  private final Deque<Range> ranges = new ArrayDeque<>();
  private final Deque<Announced> announced = new ArrayDeque<>(); // of the first range
  private final Set<RunningRow> inFlight = new LinkedHashSet<>();
  private boolean hasTurn;
  private EngineException failure;

  RangeFeed(
      EngineLease lease,
      RowRunner runner,
      RowJournal.Writer writer,
      RunOptions options,
      Sink sink) {
    this(lease, runner, writer, options, "", sink);
  }

  /**
   * @param writer closed with this
   * @param memory see {@link StepMemory#identity}; empty if steps are not to be remembered
   */
  RangeFeed(
      EngineLease lease,
      RowRunner runner,
      RowJournal.Writer writer,
      RunOptions options,
      String memory,
      Sink sink) {
    this.engine = lease.engine();
    this.turn = lease.turn();
    this.programs = lease.programs();
    this.runner = runner;
    this.options = options;
    this.memory = memory;
    this.sink = sink;
    this.journal = new JournalThread(writer, options.inFlight() * engine.devices());
  }

  /** Puts a range, which is closed with this at the latest, behind the others. */
  void add(Range range) {
    ranges.add(range);
  }

  /**
   * Begins rows and hands on outcomes without waiting for anything.
   *
   * @throws EngineException as {@link #finish}
   */
  void advance() throws IOException, InterruptedException {
    step(0, false);
  }

  /**
   * Waits until all rows have begun but those of the last {@code left} ranges.
   *
   * @throws EngineException as {@link #finish}
   */
  void beginAllBut(int left) throws IOException, InterruptedException {
    step(left, true);
  }

  /**
   * Runs all ranges to their ends.
   *
   * @throws EngineException if the machine failed; rows that had ended by then are in the journal
   */
  void finish() throws IOException, InterruptedException {
    step(0, true);
    endAll();
  }

  private void step(int left, boolean wait) throws IOException, InterruptedException {
    try {
      while (failure == null && ranges.size() > left && begin(wait)) {
        handOn(journal.kept(false));
      }
      handOn(journal.kept(false));
      if (failure != null) {
        endAll();
      }
    } catch (OutOfMemoryError e) {
      throw outOfMemory(e);
    }
  }

  private void endAll() throws IOException, InterruptedException {
    try {
      while (!inFlight.isEmpty()) {
        handOn(journal.kept(true));
      }
    } catch (OutOfMemoryError e) {
      throw outOfMemory(e);
    }
    if (failure != null) {
      throw failure;
    }
  }

  private EngineException outOfMemory(OutOfMemoryError e) {
    return new EngineException(
        ErrorCode.OUT_OF_MEMORY, "memory ran out with " + rowsInFlight() + " in flight", e);
  }

  /** Begins the next row; returns whether that was possible. */
  private boolean begin(boolean wait) throws IOException, InterruptedException {
    if (!announce()) {
      begun();
      return true;
    }
    if (!hasTurn) {
      hasTurn = acquire(turn, wait);
    }
    if (!hasTurn || !reserve(wait)) {
      return false;
    }
    start(announced.remove());
    return true;
  }

  /** Takes a permit of the engine, and room in the journal. */
  private boolean reserve(boolean wait) throws InterruptedException {
    if (!acquire(programs, wait)) {
      return false;
    }
    boolean room = false;
    try {
      room = journal.tryReserve();
      if (!room && wait) {
        journal.reserve();
        room = true;
      }
      return room;
    } finally {
      if (!room) {
        programs.release();
      }
    }
  }

  private static boolean acquire(Semaphore permits, boolean wait) throws InterruptedException {
    if (!wait) {
      return permits.tryAcquire();
    }
    permits.acquire();
    return true;
  }

  /** Every row of the first range has begun. */
  private void begun() throws IOException {
    Range range = ranges.remove();
    releaseTurn();
    range.begun();
    range.close();
  }

  private void releaseTurn() {
    if (hasTurn) {
      hasTurn = false;
      turn.release();
    }
  }

  /** Announces the rows next in line; returns whether any row of the first range is left. */
  private boolean announce() {
    Iterator<TracedRow> rows = ranges.element().rows();
    while (announced.size() <= options.announced() && rows.hasNext()) {
      TracedRow traced = rows.next();
      announced.add(new Announced(traced, engine.expect(traced.tokens())));
    }
    return !announced.isEmpty();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the journal gets every end, good or bad
  private void start(Announced next) {
    TracedRow traced = next.traced;
    RowEngine metered =
        new RowEngine(
            engine,
            next.expectation,
            traced.tokens().length(),
            new StepResults(memory, traced.known()));
    RunningRow running = new RunningRow(traced, metered, outcome(traced, metered));
    inFlight.add(running);
    running
        .outcome()
        .whenComplete(
            (outcome, problem) -> {
              programs.release();
              metered.end();
              journal.ended(running);
            });
  }

  private CompletableFuture<RowOutcome> outcome(TracedRow traced, RowEngine metered) {
    if (traced.row().error().isPresent()) {
      return CompletableFuture.completedFuture(
          new RowOutcome(
              traced.row().id(),
              List.of(),
              List.of(),
              traced.row().error(),
              RowReads.ofNoField(traced.row())));
    }
    try {
      return runner.run(traced.row(), traced.written(), metered, options.seed());
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Emits rows that are journaled, unless a row has failed for a reason of the machine. */
  private void handOn(List<RunningRow> batch) throws IOException {
    batch.forEach(inFlight::remove);
    if (!batch.isEmpty() && journal.failure() != null) {
      throwJournalFailure(journal.failure());
    }
    for (RunningRow running : batch) {
      RowOutcome outcome;
      try {
        outcome = running.outcome().join();
      } catch (CompletionException | CancellationException e) {
        fail(running.id(), e);
        continue;
      }
      if (failure == null) {
        Row row = running.traced().row();
        sink.emit(new AnsweredRow(row, FinishedRow.readsKnown(row, outcome)), running.metered());
      }
    }
  }

  private static void throwJournalFailure(Throwable problem) throws IOException {
    if (problem instanceof IOException e) {
      throw new IOException(e.getMessage(), e);
    }
    if (problem instanceof RuntimeException e) {
      throw e;
    }
    if (problem instanceof Error e) {
      throw e;
    }
    throw new IllegalStateException(problem);
  }

  /** For a message: the first rows by their start. */
  private String rowsInFlight() {
    List<RunningRow> running = inFlight.stream().filter(row -> !row.outcome().isDone()).toList();
    String shown =
        running.stream().limit(ROWS_NAMED).map(RunningRow::id).collect(Collectors.joining(", "));
    int more = running.size() - ROWS_NAMED;
    return (running.size() == 1 ? "row " : "rows ")
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

  /**
   * Withdraws announcements and what still runs, keeps what has ended, and closes the journal's
   * writer and the ranges.
   */
  @Override
  public void close() throws IOException {
    announced.forEach(waiting -> waiting.expectation.close());
    announced.clear();
    releaseTurn();
    inFlight.forEach(running -> running.outcome().cancel(true));
    inFlight.clear();
    IOException problem = null;
    try {
      journal.close();
    } catch (IOException e) {
      problem = e;
    }
    for (Range range : ranges) {
      try {
        range.close();
      } catch (IOException e) {
        problem = problem == null ? e : problem;
      }
    }
    ranges.clear();
    if (problem != null) {
      throw problem;
    }
  }
}
