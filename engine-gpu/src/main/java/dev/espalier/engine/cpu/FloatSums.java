package dev.espalier.engine.cpu;

import static dev.espalier.engine.cpu.FloatTile.COLUMNS;
import static dev.espalier.engine.cpu.Lanes.COUNT;
import static dev.espalier.engine.cpu.Lanes.FLOATS;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/** Rows of sums, {@code [rows][COLUMNS]}, with room for whole tiles. */
final class FloatSums {

  static void clear(float[] sums, int rows) {
    Arrays.fill(sums, 0, wholeTiles(rows) * COLUMNS, 0f);
  }

  /**
   * Continues the chains of {@code rows} rows with float32 weights, see {@link FloatTile#multiply}.
   */
  static void continueChains(
      float[] a,
      int offset,
      int stride,
      int rows,
      float[] weights,
      int w,
      int count,
      float[] sums) {
    int last = rows - 1;
    for (int row = 0; row < rows; row += FloatTile.ROWS) {
      // Rows past the end repeat the last one; their sums are not read.
      FloatTile.multiply(
          a,
          offset + row * stride,
          offset + Math.min(row + 1, last) * stride,
          offset + Math.min(row + 2, last) * stride,
          offset + Math.min(row + 3, last) * stride,
          offset + Math.min(row + 4, last) * stride,
          offset + Math.min(row + 5, last) * stride,
          weights,
          w,
          count,
          sums,
          row * COLUMNS);
    }
  }

  /** {@code totals += sums}. */
  static void add(float[] sums, float[] totals, int rows) {
    for (int i = 0; i < rows * COLUMNS; i += COUNT) {
      FloatVector.fromArray(FLOATS, totals, i)
          .add(FloatVector.fromArray(FLOATS, sums, i))
          .intoArray(totals, i);
    }
  }

  private static int wholeTiles(int rows) {
    return (rows + FloatTile.ROWS - 1) / FloatTile.ROWS * FloatTile.ROWS;
  }

  private FloatSums() {}
}
