package dev.espalier.engine.cpu;

import static dev.espalier.engine.cpu.FloatTile.COLUMNS;
import static dev.espalier.engine.cpu.Lanes.COUNT;
import static dev.espalier.engine.cpu.Lanes.FLOATS;
import static dev.espalier.engine.cpu.Lanes.INTS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The inner loops of matrix products on bfloat16 weights. One int holds the weights of an input for
 * two columns that are {@link Lanes#COUNT} apart: the first in its low half, the second in its high
 * half, so that a shift and a mask give two vectors of float32. Columns come in groups of two
 * vectors; the weights of a group lie together.
 *
 * <p>Methods are this short on purpose. The compiler counts the bytecodes of all that it inlines,
 * about 400 for a multiply-add; past 8,000 it puts off the rest, and may then give up on it, so
 * that some starts of a longer method ran with vectors on the heap, at two thirds of the speed.
 */
final class Bfloat16Tile {
  private static final int HIGH = 0xffff0000;

  /**
   * Sums a chunk of one row, two groups of columns at a time: {@code sums[column] = sum of a[k] *
   * weights[k][column]} over ascending {@code k} in {@code [0, inputs)}, from zero.
   *
   * @param a the row from {@code a0} on
   * @param weights {@code [inputs][COUNT]} of the first group from {@code w} on
   * @param next from there to the second group
   * @param sums {@code [4 * COUNT]} from {@code s} on
   */
  static void multiplyOne(
      float[] a, int a0, int[] weights, int w, int next, int inputs, float[] sums, int s) {
    FloatVector zero = FloatVector.zero(FLOATS);
    IntVector high = IntVector.broadcast(INTS, HIGH);
    FloatVector c0 = zero;
    FloatVector c1 = zero;
    FloatVector c2 = zero;
    FloatVector c3 = zero;
    int second = w + next;
    for (int k = 0; k < inputs; k++) {
      IntVector both0 = IntVector.fromArray(INTS, weights, w + k * COUNT);
      IntVector both1 = IntVector.fromArray(INTS, weights, second + k * COUNT);
      FloatVector x = FloatVector.broadcast(FLOATS, a[a0 + k]);
      c0 = x.fma(both0.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), c0);
      c1 = x.fma(both0.and(high).reinterpretAsFloats(), c1);
      c2 = x.fma(both1.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), c2);
      c3 = x.fma(both1.and(high).reinterpretAsFloats(), c3);
    }
    c0.intoArray(sums, s);
    c1.intoArray(sums, s + COUNT);
    c2.intoArray(sums, s + 2 * COUNT);
    c3.intoArray(sums, s + 3 * COUNT);
  }

  /**
   * Sums a chunk of four rows for a group of columns: {@code sums[row][column] = sum of a[k][row] *
   * weights[k][column]} over ascending {@code k} in {@code [0, inputs)}, from zero.
   *
   * @param a a tile of 4 rows from {@code a0} on, see {@link RowTiles}
   * @param weights {@code [inputs][COUNT]} from {@code w} on
   * @param sums {@code [4][COLUMNS]}, those of the group from {@code s} on
   */
  static void multiplyFour(
      float[] a, int a0, int[] weights, int w, int inputs, float[] sums, int s) {
    FloatVector zero = FloatVector.zero(FLOATS);
    IntVector high = IntVector.broadcast(INTS, HIGH);
    FloatVector c00 = zero;
    FloatVector c01 = zero;
    FloatVector c10 = zero;
    FloatVector c11 = zero;
    FloatVector c20 = zero;
    FloatVector c21 = zero;
    FloatVector c30 = zero;
    FloatVector c31 = zero;
    for (int k = 0; k < inputs; k++) {
      int q = a0 + 4 * k;
      IntVector both = IntVector.fromArray(INTS, weights, w + k * COUNT);
      FloatVector w0 = both.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
      FloatVector w1 = both.and(high).reinterpretAsFloats();
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
    c10.intoArray(sums, s + COLUMNS);
    c11.intoArray(sums, s + COLUMNS + COUNT);
    c20.intoArray(sums, s + 2 * COLUMNS);
    c21.intoArray(sums, s + 2 * COLUMNS + COUNT);
    c30.intoArray(sums, s + 3 * COLUMNS);
    c31.intoArray(sums, s + 3 * COLUMNS + COUNT);
  }

  /** The same for 6 rows. */
  static void multiplySix(
      float[] a, int a0, int[] weights, int w, int inputs, float[] sums, int s) {
    FloatVector zero = FloatVector.zero(FLOATS);
    IntVector high = IntVector.broadcast(INTS, HIGH);
    FloatVector c00 = zero;
    FloatVector c01 = zero;
    FloatVector c10 = zero;
    FloatVector c11 = zero;
    FloatVector c20 = zero;
    FloatVector c21 = zero;
    FloatVector c30 = zero;
    FloatVector c31 = zero;
    FloatVector c40 = zero;
    FloatVector c41 = zero;
    FloatVector c50 = zero;
    FloatVector c51 = zero;
    for (int k = 0; k < inputs; k++) {
      int q = a0 + 6 * k;
      IntVector both = IntVector.fromArray(INTS, weights, w + k * COUNT);
      FloatVector w0 = both.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
      FloatVector w1 = both.and(high).reinterpretAsFloats();
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
    c10.intoArray(sums, s + COLUMNS);
    c11.intoArray(sums, s + COLUMNS + COUNT);
    c20.intoArray(sums, s + 2 * COLUMNS);
    c21.intoArray(sums, s + 2 * COLUMNS + COUNT);
    c30.intoArray(sums, s + 3 * COLUMNS);
    c31.intoArray(sums, s + 3 * COLUMNS + COUNT);
    c40.intoArray(sums, s + 4 * COLUMNS);
    c41.intoArray(sums, s + 4 * COLUMNS + COUNT);
    c50.intoArray(sums, s + 5 * COLUMNS);
    c51.intoArray(sums, s + 5 * COLUMNS + COUNT);
  }

  /** The same for 8 rows. */
  static void multiplyEight(
      float[] a, int a0, int[] weights, int w, int inputs, float[] sums, int s) {
    FloatVector zero = FloatVector.zero(FLOATS);
    IntVector high = IntVector.broadcast(INTS, HIGH);
    FloatVector c00 = zero;
    FloatVector c01 = zero;
    FloatVector c10 = zero;
    FloatVector c11 = zero;
    FloatVector c20 = zero;
    FloatVector c21 = zero;
    FloatVector c30 = zero;
    FloatVector c31 = zero;
    FloatVector c40 = zero;
    FloatVector c41 = zero;
    FloatVector c50 = zero;
    FloatVector c51 = zero;
    FloatVector c60 = zero;
    FloatVector c61 = zero;
    FloatVector c70 = zero;
    FloatVector c71 = zero;
    for (int k = 0; k < inputs; k++) {
      int q = a0 + 8 * k;
      IntVector both = IntVector.fromArray(INTS, weights, w + k * COUNT);
      FloatVector w0 = both.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
      FloatVector w1 = both.and(high).reinterpretAsFloats();
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
    c10.intoArray(sums, s + COLUMNS);
    c11.intoArray(sums, s + COLUMNS + COUNT);
    c20.intoArray(sums, s + 2 * COLUMNS);
    c21.intoArray(sums, s + 2 * COLUMNS + COUNT);
    c30.intoArray(sums, s + 3 * COLUMNS);
    c31.intoArray(sums, s + 3 * COLUMNS + COUNT);
    c40.intoArray(sums, s + 4 * COLUMNS);
    c41.intoArray(sums, s + 4 * COLUMNS + COUNT);
    c50.intoArray(sums, s + 5 * COLUMNS);
    c51.intoArray(sums, s + 5 * COLUMNS + COUNT);
    c60.intoArray(sums, s + 6 * COLUMNS);
    c61.intoArray(sums, s + 6 * COLUMNS + COUNT);
    c70.intoArray(sums, s + 7 * COLUMNS);
    c71.intoArray(sums, s + 7 * COLUMNS + COUNT);
  }

  private Bfloat16Tile() {}
}
