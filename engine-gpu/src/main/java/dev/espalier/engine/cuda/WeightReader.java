package dev.espalier.engine.cuda;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.model.WeightTensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Copies rows of tensors out of the memory map of a checkpoint. A thread that reads a map stands
 * still at every page that is not in memory yet, so several threads copy a slice each: their reads
 * keep the disk busy, and their copies the memory bus. Used from one thread at a time.
 */
final class WeightReader implements AutoCloseable {
  /** More threads than this gain nothing on one disk or one memory bus. */
  private static final int MOST_THREADS = 8;

  /** Fewer bytes are not worth another thread. */
  static final int LEAST_SLICE_BYTES = 256 << 10;

  private static final int SLICE_STEP = 64;

  private final int threads;
  private final ExecutorService pool;
  private final Semaphore copied = new Semaphore(0); // slices
  private volatile Throwable failure; // of any thread
  private boolean reported;

  /**
   * Consecutive rows of a tensor.
   *
   * @param bytes of all of them
   */
  record Piece(int first, int count, int bytes) {}

  /** With a thread for each processor, up to eight. */
  WeightReader() {
    this(Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors()));
  }

  WeightReader(int threads) {
    this.threads = threads;
    AtomicInteger number = new AtomicInteger();
    this.pool =
        Executors.newFixedThreadPool(
            threads,
            task -> {
              Thread thread = new Thread(task, "espalier-load-" + number.incrementAndGet());
              thread.setDaemon(true);
              thread.setUncaughtExceptionHandler((ended, cause) -> fail(cause));
              return thread;
            });
  }

  /**
   * Cuts a tensor into pieces of whole rows, in order, that take at most {@code mostBytes} each.
   *
   * @throws EngineException CHECKPOINT_INVALID if one row takes more
   */
  static List<Piece> cut(WeightTensor tensor, int mostBytes) {
    long rowBytes = (long) tensor.rowLength() * tensor.type().bytes();
    if (rowBytes > mostBytes) {
      throw WeightLoader.unsupported(
          tensor, "a row takes " + rowBytes + " bytes, and at most " + mostBytes + " are copied");
    }
    int most = (int) Math.min(tensor.rowCount(), mostBytes / Math.max(1, rowBytes));
    List<Piece> pieces = new ArrayList<>();
    for (int first = 0; first < tensor.rowCount(); first += most) {
      int count = Math.min(most, tensor.rowCount() - first);
      pieces.add(new Piece(first, count, (int) (count * rowBytes)));
    }
    return pieces;
  }

  /**
   * Copies {@code piece} of {@code tensor} to the beginning of {@code to}, whose position and limit
   * stay. Threads may go on writing there if this fails, until {@link #close}.
   *
   * @throws EngineException CHECKPOINT_INVALID if the file behind the map cannot be read, here or
   *     from {@link #close}
   */
  void read(WeightTensor tensor, Piece piece, ByteBuffer to) {
    check();
    ByteBuffer from = tensor.rows(piece.first(), piece.count());
    int slice = sliceBytes(piece.bytes(), threads);
    int slices = 0;
    for (int at = 0; at < piece.bytes(); at += slice) {
      int begin = at;
      int length = Math.min(slice, piece.bytes() - begin);
      pool.execute(
          () -> {
            to.put(begin, from, from.position() + begin, length);
            copied.release();
          });
      slices++;
    }
    copied.acquireUninterruptibly(slices);
    check();
  }

  private void fail(Throwable cause) {
    failure = cause;
    copied.release(threads); // nobody waits for what this thread leaves undone
  }

  private void check() {
    reported = failure != null;
    if (failure instanceof InternalError) {
      throw new EngineException(
          ErrorCode.CHECKPOINT_INVALID,
          "The checkpoint cannot be read: its disk failed, or a file became shorter meanwhile",
          failure);
    }
    if (failure != null) {
      throw EngineException.of(failure);
    }
  }

  /** Bytes of a slice: an equal share of each thread, unless that is too little. */
  static int sliceBytes(int bytes, int threads) {
    int share = (bytes + threads - 1) / threads;
    return Math.max(LEAST_SLICE_BYTES, Panels.roundUp(share, SLICE_STEP));
  }

  /**
   * Waits for the threads to end. The virtual machine reports a page that cannot be read as an
   * InternalError, which may reach its thread a little after the copy.
   *
   * @throws EngineException as {@link #read}, unless that has thrown it
   */
  @Override
  public void close() {
    pool.shutdown();
    boolean interrupted = false;
    while (!pool.isTerminated()) {
      try {
        pool.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (!reported) {
      check();
    }
  }
}
