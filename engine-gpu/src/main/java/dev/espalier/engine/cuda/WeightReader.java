package dev.espalier.engine.cuda;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.model.WeightTensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Copies rows of tensors out of a checkpoint. A thread that reads stands still while the disk does,
 * so several threads copy a slice each: their reads keep the disk busy, and their copies the memory
 * bus. Used from one thread at a time.
 */
final class WeightReader implements AutoCloseable {
  /** More threads than this gain nothing on one disk or one memory bus. */
  private static final int MOST_THREADS = 8;

  /** Fewer bytes are not worth another thread. */
  static final int LEAST_SLICE_BYTES = 256 << 10;

  private static final int SLICE_STEP = 64;

  private final int threads;
  private final ExecutorService pool;

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
   * stay.
   *
   * @throws EngineException CHECKPOINT_INVALID if the file cannot be read; no thread writes any
   *     more
   */
  void read(WeightTensor tensor, Piece piece, ByteBuffer to) {
    int slice = sliceBytes(piece.bytes(), threads);
    List<CompletableFuture<Void>> slices = new ArrayList<>();
    for (int at = 0; at < piece.bytes(); at += slice) {
      int begin = at;
      ByteBuffer share = to.slice(begin, Math.min(slice, piece.bytes() - begin));
      slices.add(
          CompletableFuture.runAsync(
              () -> tensor.read(piece.first(), piece.count(), begin, share), pool));
    }
    try {
      CompletableFuture.allOf(slices.toArray(CompletableFuture<?>[]::new)).join();
    } catch (CompletionException e) {
      throw EngineException.of(e.getCause());
    }
  }

  /** Bytes of a slice: an equal share of each thread, unless that is too little. */
  static int sliceBytes(int bytes, int threads) {
    int share = (bytes + threads - 1) / threads;
    return Math.max(LEAST_SLICE_BYTES, Panels.roundUp(share, SLICE_STEP));
  }

  /** Ends the threads, which have nothing to do. */
  @Override
  public void close() {
    pool.shutdown();
  }
}
