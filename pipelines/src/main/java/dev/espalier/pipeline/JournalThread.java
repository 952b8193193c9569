package dev.espalier.pipeline;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Appends rows that have ended to the journal, on a thread of its own, and hands them on once they
 * are durable: so neither the engine nor who feeds it waits for a disk. Rows that failed pass
 * through. {@link #reserve} and {@link #kept} belong to one thread, {@link #ended} to any.
 */
final class JournalThread implements Closeable {
  /** Rows that have ended and may wait for the journal, beside those that run. */
  private static final int WAITING = 4096;

  private static final RunningRow END = new RunningRow(null, null, null);
  private static final AtomicInteger THREADS = new AtomicInteger();

  private final RowJournal.Writer writer;
  private final Semaphore room;
  private final BlockingQueue<RunningRow> ended = new LinkedBlockingQueue<>();
  private final BlockingQueue<RunningRow> kept = new LinkedBlockingQueue<>();
  private final Thread thread = new Thread(this::run, "journal-" + THREADS.incrementAndGet());
  private volatile Throwable failure;
  private boolean closed;

  /**
   * @param writer closed with this
   * @param running most rows that run at once
   */
  JournalThread(RowJournal.Writer writer, int running) {
    this.writer = writer;
    this.room = new Semaphore(running + WAITING);
    thread.setDaemon(true); // after a signal the journal is sealed, and an append never returns
    thread.start();
  }

  /** Makes room for one more row; whether there is some at once. */
  boolean tryReserve() {
    return room.tryAcquire();
  }

  /** Makes room for one more row; waits while the journal is behind. */
  void reserve() throws InterruptedException {
    room.acquire();
  }

  /** Takes a row for which there is room and whose program has ended; never waits. */
  void ended(RunningRow row) {
    ended.add(row);
  }

  /** Rows that are durable or have failed; waits for the first if {@code wait}. */
  List<RunningRow> kept(boolean wait) throws InterruptedException {
    List<RunningRow> batch = new ArrayList<>();
    if (wait) {
      batch.add(kept.take());
    }
    kept.drainTo(batch);
    return batch;
  }

  /** Why rows that were handed on are not durable; null if they are. */
  Throwable failure() {
    return failure;
  }

  private void run() {
    boolean more = true;
    while (more) {
      List<RunningRow> batch = new ArrayList<>();
      try {
        batch.add(ended.take());
      } catch (InterruptedException e) {
        continue; // nobody interrupts it: it ends when it is closed
      }
      ended.drainTo(batch);
      more = !batch.remove(END);
      if (failure == null) {
        append(batch);
      }
      kept.addAll(batch);
      room.release(batch.size());
    }
  }

  private void append(List<RunningRow> batch) {
    try {
      List<FinishedRow> finished = new ArrayList<>();
      for (RunningRow row : batch) {
        if (!row.outcome().isCompletedExceptionally()) {
          finished.add(
              FinishedRow.of(row.traced().row(), row.outcome().join(), row.metered().steps()));
        }
      }
      if (!finished.isEmpty()) {
        writer.append(finished);
      }
    } catch (Throwable e) { // told to the thread that reports the rows
      failure = e;
    }
  }

  /** Appends what has ended by now, then closes the journal's writer. */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    ended.add(END);
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    writer.close();
  }
}
