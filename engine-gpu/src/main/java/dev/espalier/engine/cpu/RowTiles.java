package dev.espalier.engine.cpu;

import static dev.espalier.engine.cpu.FloatTile.COLUMNS;
import static dev.espalier.engine.cpu.Lanes.COUNT;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * The rows of a product in the order in which its inner loops read them: tile by tile, and in a
 * tile input by input with its rows side by side, so that one running index reads them all and the
 * compiler sees its bounds. A single row lies as it came. Filled for one product after another;
 * read by all threads.
 *
 * <p>Source of the packing: Goto and van de Geijn, "Anatomy of high-performance matrix
 * multiplication" (2008).
 */
final class RowTiles {
  private static final int SPINS_BEFORE_PARK = 4_000;
  private static final long WAIT_NANOS = 20_000;

  private float[] packed = {};
  private float[] unpacked;
  private int unpackedOffset;
  private int unpackedStride;
  private final AtomicInteger awaited = new AtomicInteger(); // tiles that are not packed yet
  private float[] values; // packed, or those of the one row
  private int first; // of the one row
  private int inputs;
  private int rows;
  private Tiling tiling = Tiling.of(1, Tiling.LARGE);

  /**
   * Begins with other rows; each tile has to be packed.
   *
   * @param in rows from {@code offset} on, {@code stride} apart, padded with zeros to {@link
   *     Lanes#ALIGNMENT}
   * @param paddedInputs of each row, a multiple of what its matrix reads at a time
   */
  void begin(float[] in, int offset, int stride, int rowCount, int paddedInputs) {
    rows = rowCount;
    inputs = paddedInputs;
    tiling = Tiling.of(rows, Tiling.LARGE);
    if (isOne()) {
      values = in;
      first = offset;
      return;
    }
    unpacked = in;
    unpackedOffset = offset;
    unpackedStride = stride;
    first = 0;
    int all = firstRow(tiles());
    if (packed.length < all * inputs) {
      packed = new float[all * inputs];
    }
    values = packed;
    awaited.set(tiles());
  }

  /** Tiles that are to be packed before any is read. */
  int toPack() {
    return isOne() ? 0 : tiles();
  }

  /** Packs a tile. Rows past the end repeat the last one; what is computed of them is not read. */
  void pack(int tile) {
    try {
      int base = base(tile);
      int size = size(tile);
      for (int i = 0; i < size; i++) {
        int from = unpackedOffset + Math.min(firstRow(tile) + i, rows - 1) * unpackedStride;
        for (int k = 0; k < inputs; k++) {
          packed[base + k * size + i] = unpacked[from + k];
        }
      }
    } finally {
      awaited.decrementAndGet();
    }
  }

  /** Waits until all tiles are packed: by other threads, which have begun. */
  void awaitPacked() {
    for (int spins = 0; !isOne() && awaited.get() > 0; spins++) {
      if (spins < SPINS_BEFORE_PARK) {
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(WAIT_NANOS); // they may need this core
      }
    }
  }

  /** Whether there is one row only. */
  boolean isOne() {
    return rows == 1;
  }

  /** Rows of a tile: 4, 6 or 8. */
  int size(int tile) {
    return tiling.size(tile);
  }

  int tiles() {
    return tiling.tiles();
  }

  /** The first row of a tile; of {@link #tiles}, the rows of all. */
  int firstRow(int tile) {
    return tiling.firstRow(tile);
  }

  /**
   * Those of the tiles from {@link #base} on: {@code [inputs][rows of the tile]}, or {@code
   * [inputs]} of one.
   */
  float[] values() {
    return values;
  }

  int base(int tile) {
    return first + firstRow(tile) * inputs;
  }

  /**
   * Continues the chains of tiles {@code begin} to {@code end - 1} with float32 weights of {@code
   * count} inputs from {@code input} on, see {@link FloatTile}.
   *
   * @param weights {@code [count][COLUMNS]} from {@code w} on
   * @param sums {@code [rows of these tiles][COLUMNS]}
   */
  void continueChains(
      int begin, int end, int input, float[] weights, int w, int count, float[] sums) {
    if (isOne()) {
      for (int j = 0; j < COLUMNS; j += 4 * COUNT) {
        FloatTile.multiplyOne(values, first + input, weights, w + j, count, sums, j);
      }
      return;
    }
    for (int j = 0; j < COLUMNS; j += 2 * COUNT) {
      for (int tile = begin; tile < end; tile++) {
        int a = base(tile) + input * size(tile);
        int s = (firstRow(tile) - firstRow(begin)) * COLUMNS + j;
        switch (size(tile)) {
          case 4 -> FloatTile.multiplyFour(values, a, weights, w + j, count, sums, s);
          case 6 -> FloatTile.multiplySix(values, a, weights, w + j, count, sums, s);
          default -> FloatTile.multiplyEight(values, a, weights, w + j, count, sums, s);
        }
      }
    }
  }
}
