package dev.espalier.engine.cpu;

import static dev.espalier.engine.cpu.FloatTile.COLUMNS;
import static dev.espalier.engine.cpu.Lanes.COUNT;

/**
 * The rows of a product in the order in which its inner loops read them: tile by tile, and in a
 * tile input by input with its 4, 6 or 8 rows side by side, so that one running index reads them
 * all and the compiler sees its bounds. A single row lies as it came. Filled for one product after
 * another; read by all threads.
 *
 * <p>Source of the packing: Goto and van de Geijn, "Anatomy of high-performance matrix
 * multiplication" (2008).
 */
final class RowTiles {

  /**
   * Rows of a tile. With two vectors of columns 4 make 8 chains of multiply-adds, just as many as
   * hide the latency of one; 6 make 12, which with the weights and the value of a row fill the 16
   * registers of AVX2, and run 8 % faster. 8 fit the 32 of AVX-512, whose units for multiply-adds
   * also widen the weights: the more rows, the less often.
   */
  private static final int FEW = 4;

  private static final int SOME = 6;
  private static final int MANY = 8;

  /** Time that a row of a tile of 4 takes, in percent of one of a tile of 6. */
  private static final int PERCENT_OF_FEW = 108;

  private float[] packed = {};
  private float[] values; // packed, or those of the one row
  private int first; // of the one row
  private int inputs;
  private int rows;
  private int size = FEW; // of a tile

  /**
   * Takes rows over.
   *
   * @param in rows from {@code offset} on, {@code stride} apart, padded with zeros to {@link
   *     Lanes#ALIGNMENT}
   * @param paddedInputs of each row, a multiple of what its matrix reads at a time
   */
  void fill(float[] in, int offset, int stride, int rowCount, int paddedInputs, Workers workers) {
    rows = rowCount;
    inputs = paddedInputs;
    size = sizeFor(rows);
    if (isOne()) {
      values = in;
      first = offset;
      return;
    }
    first = 0;
    if (packed.length < tiles() * size * inputs) {
      packed = new float[tiles() * size * inputs];
    }
    values = packed;
    workers.run(tiles(), (tile, worker) -> pack(tile, in, offset, stride));
  }

  private static int sizeFor(int rows) {
    if (COUNT == 16) {
      return rows > FEW ? MANY : FEW;
    }
    int some = (rows + SOME - 1) / SOME * SOME; // with those that fill the last tile
    int few = (rows + FEW - 1) / FEW * FEW;
    return 100L * some < (long) PERCENT_OF_FEW * few ? SOME : FEW;
  }

  /** Rows past the end repeat the last one; what is computed of them is not read. */
  private void pack(int tile, float[] in, int offset, int stride) {
    int base = base(tile);
    for (int i = 0; i < size; i++) {
      int from = offset + Math.min(tile * size + i, rows - 1) * stride;
      for (int k = 0; k < inputs; k++) {
        packed[base + k * size + i] = in[from + k];
      }
    }
  }

  /** Whether there is one row only. */
  boolean isOne() {
    return rows == 1;
  }

  /** Rows of a tile: 4, 6 or 8. */
  int size() {
    return size;
  }

  int tiles() {
    return (rows + size - 1) / size;
  }

  /**
   * Those of the tiles from {@link #base} on: {@code [inputs][size]}, or {@code [inputs]} of one.
   */
  float[] values() {
    return values;
  }

  int base(int tile) {
    return first + tile * size * inputs;
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
        int a = base(tile) + input * size;
        int s = (tile - begin) * size * COLUMNS + j;
        switch (size) {
          case FEW -> FloatTile.multiplyFour(values, a, weights, w + j, count, sums, s);
          case SOME -> FloatTile.multiplySix(values, a, weights, w + j, count, sums, s);
          default -> FloatTile.multiplyEight(values, a, weights, w + j, count, sums, s);
        }
      }
    }
  }
}
