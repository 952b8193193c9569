package dev.espalier.engine.cpu;

import static dev.espalier.engine.cpu.Lanes.COUNT;
import static dev.espalier.engine.cpu.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;

/**
 * The inner loops of matrix products on float32 weights. The compiler of JDK 17 keeps vectors in
 * registers only if every one of them is a local variable and no method but the Vector API's own is
 * called, hence the unrolling; and it takes the checks of bounds out of a loop only if every index
 * is a constant multiple of its counter.
 */
final class FloatTile {

  /** Columns of a block of packed weights, and of a row of sums: 2 vectors of the most lanes. */
  static final int COLUMNS = 32;

  /**
   * Continues the chains {@code sums[row][column] += a[k][row] * weights[k][column]} of 4 rows for
   * {@code count} ascending {@code k}.
   *
   * @param a a tile from {@code a0} on, see {@link RowTiles}
   * @param weights {@code [count][COLUMNS]} from {@code w} on
   * @param sums {@code [4][COLUMNS]} from {@code s} on
   */
  static void multiplyFour(
      float[] a, int a0, float[] weights, int w, int count, float[] sums, int s) {
    for (int j = 0; j < COLUMNS; j += 2 * COUNT) {
      int s0 = s + j;
      int s1 = s + COLUMNS + j;
      int s2 = s + 2 * COLUMNS + j;
      int s3 = s + 3 * COLUMNS + j;
      FloatVector c00 = FloatVector.fromArray(FLOATS, sums, s0);
      FloatVector c01 = FloatVector.fromArray(FLOATS, sums, s0 + COUNT);
      FloatVector c10 = FloatVector.fromArray(FLOATS, sums, s1);
      FloatVector c11 = FloatVector.fromArray(FLOATS, sums, s1 + COUNT);
      FloatVector c20 = FloatVector.fromArray(FLOATS, sums, s2);
      FloatVector c21 = FloatVector.fromArray(FLOATS, sums, s2 + COUNT);
      FloatVector c30 = FloatVector.fromArray(FLOATS, sums, s3);
      FloatVector c31 = FloatVector.fromArray(FLOATS, sums, s3 + COUNT);
      for (int k = 0; k < count; k++) {
        int p = w + j + k * COLUMNS;
        int q = a0 + k * 4;
        FloatVector w0 = FloatVector.fromArray(FLOATS, weights, p);
        FloatVector w1 = FloatVector.fromArray(FLOATS, weights, p + COUNT);
        FloatVector x0 = FloatVector.broadcast(FLOATS, a[q]);
        c00 = x0.fma(w0, c00);
        c01 = x0.fma(w1, c01);
        FloatVector x1 = FloatVector.broadcast(FLOATS, a[q + 1]);
        c10 = x1.fma(w0, c10);
        c11 = x1.fma(w1, c11);
        FloatVector x2 = FloatVector.broadcast(FLOATS, a[q + 2]);
        c20 = x2.fma(w0, c20);
        c21 = x2.fma(w1, c21);
        FloatVector x3 = FloatVector.broadcast(FLOATS, a[q + 3]);
        c30 = x3.fma(w0, c30);
        c31 = x3.fma(w1, c31);
      }
      c00.intoArray(sums, s0);
      c01.intoArray(sums, s0 + COUNT);
      c10.intoArray(sums, s1);
      c11.intoArray(sums, s1 + COUNT);
      c20.intoArray(sums, s2);
      c21.intoArray(sums, s2 + COUNT);
      c30.intoArray(sums, s3);
      c31.intoArray(sums, s3 + COUNT);
    }
  }

  /** The same for one row, {@code a[k]} from {@code a0} on, and its sums at the beginning. */
  static void multiplyOne(float[] a, int a0, float[] weights, int w, int count, float[] sums) {
    for (int j = 0; j < COLUMNS; j += 2 * COUNT) {
      FloatVector c0 = FloatVector.fromArray(FLOATS, sums, j);
      FloatVector c1 = FloatVector.fromArray(FLOATS, sums, j + COUNT);
      for (int k = 0; k < count; k++) {
        int p = w + j + k * COLUMNS;
        FloatVector x = FloatVector.broadcast(FLOATS, a[a0 + k]);
        c0 = x.fma(FloatVector.fromArray(FLOATS, weights, p), c0);
        c1 = x.fma(FloatVector.fromArray(FLOATS, weights, p + COUNT), c1);
      }
      c0.intoArray(sums, j);
      c1.intoArray(sums, j + COUNT);
    }
  }

  private FloatTile() {}
}
