package dev.espalier.engine.cpu;

import static dev.espalier.engine.cpu.Lanes.COUNT;
import static dev.espalier.engine.cpu.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;

/**
 * The inner loop of matrix products on float32 weights: a tile of 6 rows by 4 vectors stays in
 * registers. The compiler of JDK 17 keeps vectors in registers only if every one of them is a local
 * variable and no method but the Vector API's own is called, hence the unrolling.
 */
final class FloatTile {

  /** Rows of a tile. */
  static final int ROWS = 6;

  /** Columns of a block of packed weights, and of a row of sums. */
  static final int COLUMNS = 64;

  /**
   * Continues the chains {@code sums[row][column] += a[row][k] * weights[k][column]} for {@code
   * count} ascending {@code k}.
   *
   * @param a0 where row 0 begins in {@code a}; and so on
   * @param weights {@code [count][COLUMNS]} from {@code w} on
   * @param sums {@code [ROWS][COLUMNS]} from {@code s} on
   */
  static void multiply(
      float[] a,
      int a0,
      int a1,
      int a2,
      int a3,
      int a4,
      int a5,
      float[] weights,
      int w,
      int count,
      float[] sums,
      int s) {
    for (int j = 0; j < COLUMNS; j += 4 * COUNT) {
      int s0 = s + j;
      int s1 = s + 1 * COLUMNS + j;
      int s2 = s + 2 * COLUMNS + j;
      int s3 = s + 3 * COLUMNS + j;
      int s4 = s + 4 * COLUMNS + j;
      int s5 = s + 5 * COLUMNS + j;
      FloatVector c00 = FloatVector.fromArray(FLOATS, sums, s0);
      FloatVector c01 = FloatVector.fromArray(FLOATS, sums, s0 + COUNT);
      FloatVector c02 = FloatVector.fromArray(FLOATS, sums, s0 + 2 * COUNT);
      FloatVector c03 = FloatVector.fromArray(FLOATS, sums, s0 + 3 * COUNT);
      FloatVector c10 = FloatVector.fromArray(FLOATS, sums, s1);
      FloatVector c11 = FloatVector.fromArray(FLOATS, sums, s1 + COUNT);
      FloatVector c12 = FloatVector.fromArray(FLOATS, sums, s1 + 2 * COUNT);
      FloatVector c13 = FloatVector.fromArray(FLOATS, sums, s1 + 3 * COUNT);
      FloatVector c20 = FloatVector.fromArray(FLOATS, sums, s2);
      FloatVector c21 = FloatVector.fromArray(FLOATS, sums, s2 + COUNT);
      FloatVector c22 = FloatVector.fromArray(FLOATS, sums, s2 + 2 * COUNT);
      FloatVector c23 = FloatVector.fromArray(FLOATS, sums, s2 + 3 * COUNT);
      FloatVector c30 = FloatVector.fromArray(FLOATS, sums, s3);
      FloatVector c31 = FloatVector.fromArray(FLOATS, sums, s3 + COUNT);
      FloatVector c32 = FloatVector.fromArray(FLOATS, sums, s3 + 2 * COUNT);
      FloatVector c33 = FloatVector.fromArray(FLOATS, sums, s3 + 3 * COUNT);
      FloatVector c40 = FloatVector.fromArray(FLOATS, sums, s4);
      FloatVector c41 = FloatVector.fromArray(FLOATS, sums, s4 + COUNT);
      FloatVector c42 = FloatVector.fromArray(FLOATS, sums, s4 + 2 * COUNT);
      FloatVector c43 = FloatVector.fromArray(FLOATS, sums, s4 + 3 * COUNT);
      FloatVector c50 = FloatVector.fromArray(FLOATS, sums, s5);
      FloatVector c51 = FloatVector.fromArray(FLOATS, sums, s5 + COUNT);
      FloatVector c52 = FloatVector.fromArray(FLOATS, sums, s5 + 2 * COUNT);
      FloatVector c53 = FloatVector.fromArray(FLOATS, sums, s5 + 3 * COUNT);
      int p = w + j;
      for (int k = 0; k < count; k++, p += COLUMNS) {
        FloatVector w0 = FloatVector.fromArray(FLOATS, weights, p);
        FloatVector w1 = FloatVector.fromArray(FLOATS, weights, p + COUNT);
        FloatVector w2 = FloatVector.fromArray(FLOATS, weights, p + 2 * COUNT);
        FloatVector w3 = FloatVector.fromArray(FLOATS, weights, p + 3 * COUNT);
        FloatVector x0 = FloatVector.broadcast(FLOATS, a[a0 + k]);
        c00 = x0.fma(w0, c00);
        c01 = x0.fma(w1, c01);
        c02 = x0.fma(w2, c02);
        c03 = x0.fma(w3, c03);
        FloatVector x1 = FloatVector.broadcast(FLOATS, a[a1 + k]);
        c10 = x1.fma(w0, c10);
        c11 = x1.fma(w1, c11);
        c12 = x1.fma(w2, c12);
        c13 = x1.fma(w3, c13);
        FloatVector x2 = FloatVector.broadcast(FLOATS, a[a2 + k]);
        c20 = x2.fma(w0, c20);
        c21 = x2.fma(w1, c21);
        c22 = x2.fma(w2, c22);
        c23 = x2.fma(w3, c23);
        FloatVector x3 = FloatVector.broadcast(FLOATS, a[a3 + k]);
        c30 = x3.fma(w0, c30);
        c31 = x3.fma(w1, c31);
        c32 = x3.fma(w2, c32);
        c33 = x3.fma(w3, c33);
        FloatVector x4 = FloatVector.broadcast(FLOATS, a[a4 + k]);
        c40 = x4.fma(w0, c40);
        c41 = x4.fma(w1, c41);
        c42 = x4.fma(w2, c42);
        c43 = x4.fma(w3, c43);
        FloatVector x5 = FloatVector.broadcast(FLOATS, a[a5 + k]);
        c50 = x5.fma(w0, c50);
        c51 = x5.fma(w1, c51);
        c52 = x5.fma(w2, c52);
        c53 = x5.fma(w3, c53);
      }
      c00.intoArray(sums, s0);
      c01.intoArray(sums, s0 + COUNT);
      c02.intoArray(sums, s0 + 2 * COUNT);
      c03.intoArray(sums, s0 + 3 * COUNT);
      c10.intoArray(sums, s1);
      c11.intoArray(sums, s1 + COUNT);
      c12.intoArray(sums, s1 + 2 * COUNT);
      c13.intoArray(sums, s1 + 3 * COUNT);
      c20.intoArray(sums, s2);
      c21.intoArray(sums, s2 + COUNT);
      c22.intoArray(sums, s2 + 2 * COUNT);
      c23.intoArray(sums, s2 + 3 * COUNT);
      c30.intoArray(sums, s3);
      c31.intoArray(sums, s3 + COUNT);
      c32.intoArray(sums, s3 + 2 * COUNT);
      c33.intoArray(sums, s3 + 3 * COUNT);
      c40.intoArray(sums, s4);
      c41.intoArray(sums, s4 + COUNT);
      c42.intoArray(sums, s4 + 2 * COUNT);
      c43.intoArray(sums, s4 + 3 * COUNT);
      c50.intoArray(sums, s5);
      c51.intoArray(sums, s5 + COUNT);
      c52.intoArray(sums, s5 + 2 * COUNT);
      c53.intoArray(sums, s5 + 3 * COUNT);
    }
  }

  private FloatTile() {}
}
