package dev.espalier.engine.cpu;

import static dev.espalier.engine.cpu.Lanes.COUNT;
import static dev.espalier.engine.cpu.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;

/**
 * The inner loops of matrix products on float32 weights. The compiler of JDK 17 keeps vectors in
 * registers only if every one of them is a local variable and no method but the Vector API's own is
 * called, hence the unrolling; it takes the checks of bounds out of a loop only if every index is a
 * constant multiple of its counter; and it surely inlines the Vector API in a short method only,
 * see {@link Bfloat16Tile}.
 */
final class FloatTile {

  /**
   * Columns of a block of packed weights, and of a row of sums: 4 vectors, so that a single row
   * makes 4 chains; and 2 of the next width where vectors are short.
   */
  static final int COLUMNS = Math.max(32, 4 * COUNT);

  /**
   * Continues the chains {@code sums[row][column] += a[k][row] * weights[k][column]} of 4 rows and
   * 2 vectors of columns for {@code count} ascending {@code k}.
   *
   * @param a a tile from {@code a0} on, see {@link RowTiles}
   * @param weights {@code [count][COLUMNS]}, those of the first column from {@code w} on
   * @param sums {@code [4][COLUMNS]}, that of the first column at {@code s}
   */
  static void multiplyFour(
      float[] a, int a0, float[] weights, int w, int count, float[] sums, int s) {
    int s1 = s + COLUMNS;
    int s2 = s + 2 * COLUMNS;
    int s3 = s + 3 * COLUMNS;
    FloatVector c00 = FloatVector.fromArray(FLOATS, sums, s);
    FloatVector c01 = FloatVector.fromArray(FLOATS, sums, s + COUNT);
    FloatVector c10 = FloatVector.fromArray(FLOATS, sums, s1);
    FloatVector c11 = FloatVector.fromArray(FLOATS, sums, s1 + COUNT);
    FloatVector c20 = FloatVector.fromArray(FLOATS, sums, s2);
    FloatVector c21 = FloatVector.fromArray(FLOATS, sums, s2 + COUNT);
    FloatVector c30 = FloatVector.fromArray(FLOATS, sums, s3);
    FloatVector c31 = FloatVector.fromArray(FLOATS, sums, s3 + COUNT);
    for (int k = 0; k < count; k++) {
      int p = w + k * COLUMNS;
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
    c00.intoArray(sums, s);
    c01.intoArray(sums, s + COUNT);
    c10.intoArray(sums, s1);
    c11.intoArray(sums, s1 + COUNT);
    c20.intoArray(sums, s2);
    c21.intoArray(sums, s2 + COUNT);
    c30.intoArray(sums, s3);
    c31.intoArray(sums, s3 + COUNT);
  }

  /** The same for 6 rows. */
  static void multiplySix(
      float[] a, int a0, float[] weights, int w, int count, float[] sums, int s) {
    int s1 = s + COLUMNS;
    int s2 = s + 2 * COLUMNS;
    int s3 = s + 3 * COLUMNS;
    int s4 = s + 4 * COLUMNS;
    int s5 = s + 5 * COLUMNS;
    FloatVector c00 = FloatVector.fromArray(FLOATS, sums, s);
    FloatVector c01 = FloatVector.fromArray(FLOATS, sums, s + COUNT);
    FloatVector c10 = FloatVector.fromArray(FLOATS, sums, s1);
    FloatVector c11 = FloatVector.fromArray(FLOATS, sums, s1 + COUNT);
    FloatVector c20 = FloatVector.fromArray(FLOATS, sums, s2);
    FloatVector c21 = FloatVector.fromArray(FLOATS, sums, s2 + COUNT);
    FloatVector c30 = FloatVector.fromArray(FLOATS, sums, s3);
    FloatVector c31 = FloatVector.fromArray(FLOATS, sums, s3 + COUNT);
    FloatVector c40 = FloatVector.fromArray(FLOATS, sums, s4);
    FloatVector c41 = FloatVector.fromArray(FLOATS, sums, s4 + COUNT);
    FloatVector c50 = FloatVector.fromArray(FLOATS, sums, s5);
    FloatVector c51 = FloatVector.fromArray(FLOATS, sums, s5 + COUNT);
    for (int k = 0; k < count; k++) {
      int p = w + k * COLUMNS;
      int q = a0 + k * 6;
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
      FloatVector x4 = FloatVector.broadcast(FLOATS, a[q + 4]);
      c40 = x4.fma(w0, c40);
      c41 = x4.fma(w1, c41);
      FloatVector x5 = FloatVector.broadcast(FLOATS, a[q + 5]);
      c50 = x5.fma(w0, c50);
      c51 = x5.fma(w1, c51);
    }
    c00.intoArray(sums, s);
    c01.intoArray(sums, s + COUNT);
    c10.intoArray(sums, s1);
    c11.intoArray(sums, s1 + COUNT);
    c20.intoArray(sums, s2);
    c21.intoArray(sums, s2 + COUNT);
    c30.intoArray(sums, s3);
    c31.intoArray(sums, s3 + COUNT);
    c40.intoArray(sums, s4);
    c41.intoArray(sums, s4 + COUNT);
    c50.intoArray(sums, s5);
    c51.intoArray(sums, s5 + COUNT);
  }

  /** The same for 8 rows. */
  static void multiplyEight(
      float[] a, int a0, float[] weights, int w, int count, float[] sums, int s) {
    int s1 = s + COLUMNS;
    int s2 = s + 2 * COLUMNS;
    int s3 = s + 3 * COLUMNS;
    int s4 = s + 4 * COLUMNS;
    int s5 = s + 5 * COLUMNS;
    int s6 = s + 6 * COLUMNS;
    int s7 = s + 7 * COLUMNS;
    FloatVector c00 = FloatVector.fromArray(FLOATS, sums, s);
    FloatVector c01 = FloatVector.fromArray(FLOATS, sums, s + COUNT);
    FloatVector c10 = FloatVector.fromArray(FLOATS, sums, s1);
    FloatVector c11 = FloatVector.fromArray(FLOATS, sums, s1 + COUNT);
    FloatVector c20 = FloatVector.fromArray(FLOATS, sums, s2);
    FloatVector c21 = FloatVector.fromArray(FLOATS, sums, s2 + COUNT);
    FloatVector c30 = FloatVector.fromArray(FLOATS, sums, s3);
    FloatVector c31 = FloatVector.fromArray(FLOATS, sums, s3 + COUNT);
    FloatVector c40 = FloatVector.fromArray(FLOATS, sums, s4);
    FloatVector c41 = FloatVector.fromArray(FLOATS, sums, s4 + COUNT);
    FloatVector c50 = FloatVector.fromArray(FLOATS, sums, s5);
    FloatVector c51 = FloatVector.fromArray(FLOATS, sums, s5 + COUNT);
    FloatVector c60 = FloatVector.fromArray(FLOATS, sums, s6);
    FloatVector c61 = FloatVector.fromArray(FLOATS, sums, s6 + COUNT);
    FloatVector c70 = FloatVector.fromArray(FLOATS, sums, s7);
    FloatVector c71 = FloatVector.fromArray(FLOATS, sums, s7 + COUNT);
    for (int k = 0; k < count; k++) {
      int p = w + k * COLUMNS;
      int q = a0 + k * 8;
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
      FloatVector x4 = FloatVector.broadcast(FLOATS, a[q + 4]);
      c40 = x4.fma(w0, c40);
      c41 = x4.fma(w1, c41);
      FloatVector x5 = FloatVector.broadcast(FLOATS, a[q + 5]);
      c50 = x5.fma(w0, c50);
      c51 = x5.fma(w1, c51);
      FloatVector x6 = FloatVector.broadcast(FLOATS, a[q + 6]);
      c60 = x6.fma(w0, c60);
      c61 = x6.fma(w1, c61);
      FloatVector x7 = FloatVector.broadcast(FLOATS, a[q + 7]);
      c70 = x7.fma(w0, c70);
      c71 = x7.fma(w1, c71);
    }
    c00.intoArray(sums, s);
    c01.intoArray(sums, s + COUNT);
    c10.intoArray(sums, s1);
    c11.intoArray(sums, s1 + COUNT);
    c20.intoArray(sums, s2);
    c21.intoArray(sums, s2 + COUNT);
    c30.intoArray(sums, s3);
    c31.intoArray(sums, s3 + COUNT);
    c40.intoArray(sums, s4);
    c41.intoArray(sums, s4 + COUNT);
    c50.intoArray(sums, s5);
    c51.intoArray(sums, s5 + COUNT);
    c60.intoArray(sums, s6);
    c61.intoArray(sums, s6 + COUNT);
    c70.intoArray(sums, s7);
    c71.intoArray(sums, s7 + COUNT);
  }

  /** The same for one row, {@code a[k]} from {@code a0} on, and 4 vectors of columns. */
  static void multiplyOne(
      float[] a, int a0, float[] weights, int w, int count, float[] sums, int s) {
    FloatVector c0 = FloatVector.fromArray(FLOATS, sums, s);
    FloatVector c1 = FloatVector.fromArray(FLOATS, sums, s + COUNT);
    FloatVector c2 = FloatVector.fromArray(FLOATS, sums, s + 2 * COUNT);
    FloatVector c3 = FloatVector.fromArray(FLOATS, sums, s + 3 * COUNT);
    for (int k = 0; k < count; k++) {
      int p = w + k * COLUMNS;
      FloatVector x = FloatVector.broadcast(FLOATS, a[a0 + k]);
      c0 = x.fma(FloatVector.fromArray(FLOATS, weights, p), c0);
      c1 = x.fma(FloatVector.fromArray(FLOATS, weights, p + COUNT), c1);
      c2 = x.fma(FloatVector.fromArray(FLOATS, weights, p + 2 * COUNT), c2);
      c3 = x.fma(FloatVector.fromArray(FLOATS, weights, p + 3 * COUNT), c3);
    }
    c0.intoArray(sums, s);
    c1.intoArray(sums, s + COUNT);
    c2.intoArray(sums, s + 2 * COUNT);
    c3.intoArray(sums, s + 3 * COUNT);
  }

  private FloatTile() {}
}
