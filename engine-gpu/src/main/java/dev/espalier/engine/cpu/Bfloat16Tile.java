package dev.espalier.engine.cpu;

import static dev.espalier.engine.cpu.FloatTile.COLUMNS;
import static dev.espalier.engine.cpu.Lanes.COUNT;
import static dev.espalier.engine.cpu.Lanes.FLOATS;
import static dev.espalier.engine.cpu.Lanes.INTS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The inner loops of matrix products on bfloat16 weights. One int holds two consecutive inputs of a
 * column: the even one in its low half, the odd one in its high half, so that a shift and a mask
 * give both as float32.
 */
final class Bfloat16Tile {
  private static final int HIGH = 0xffff0000;

  /**
   * Sums a chunk of one row from zero and adds it to {@code totals}: {@code totals[column] += sum
   * of a[k] * weights[k][column]} over ascending {@code k} in {@code [0, 2 * pairs)}.
   *
   * @param a the row from {@code a0} on
   * @param weights {@code [pairs][COLUMNS]} from {@code w} on
   * @param totals {@code [COLUMNS]}
   */
  static void multiplyOne(float[] a, int a0, int[] weights, int w, int pairs, float[] totals) {
    IntVector high = IntVector.broadcast(INTS, HIGH);
    for (int j = 0; j < COLUMNS; j += 4 * COUNT) {
      FloatVector c0 = FloatVector.zero(FLOATS);
      FloatVector c1 = FloatVector.zero(FLOATS);
      FloatVector c2 = FloatVector.zero(FLOATS);
      FloatVector c3 = FloatVector.zero(FLOATS);
      for (int i = 0; i < pairs; i++) {
        int p = w + j + i * COLUMNS;
        int q = a0 + 2 * i;
        IntVector both0 = IntVector.fromArray(INTS, weights, p);
        IntVector both1 = IntVector.fromArray(INTS, weights, p + COUNT);
        IntVector both2 = IntVector.fromArray(INTS, weights, p + 2 * COUNT);
        IntVector both3 = IntVector.fromArray(INTS, weights, p + 3 * COUNT);
        FloatVector x = FloatVector.broadcast(FLOATS, a[q]);
        c0 = x.fma(both0.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), c0);
        c1 = x.fma(both1.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), c1);
        c2 = x.fma(both2.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), c2);
        c3 = x.fma(both3.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), c3);
        FloatVector y = FloatVector.broadcast(FLOATS, a[q + 1]);
        c0 = y.fma(both0.and(high).reinterpretAsFloats(), c0);
        c1 = y.fma(both1.and(high).reinterpretAsFloats(), c1);
        c2 = y.fma(both2.and(high).reinterpretAsFloats(), c2);
        c3 = y.fma(both3.and(high).reinterpretAsFloats(), c3);
      }
      FloatVector.fromArray(FLOATS, totals, j).add(c0).intoArray(totals, j);
      FloatVector.fromArray(FLOATS, totals, j + COUNT).add(c1).intoArray(totals, j + COUNT);
      FloatVector.fromArray(FLOATS, totals, j + 2 * COUNT).add(c2).intoArray(totals, j + 2 * COUNT);
      FloatVector.fromArray(FLOATS, totals, j + 3 * COUNT).add(c3).intoArray(totals, j + 3 * COUNT);
    }
  }

  /**
   * Sums a chunk of four rows from zero and adds it to {@code totals}: {@code totals[row][column]
   * += sum of a[k][row] * weights[k][column]} over ascending {@code k} in {@code [0, 2 * pairs)}.
   *
   * @param a a tile of 4 rows from {@code a0} on, see {@link RowTiles}
   * @param weights {@code [pairs][COLUMNS]} from {@code w} on
   * @param totals {@code [4][COLUMNS]} from {@code t} on
   */
  static void multiplyFour(
      float[] a, int a0, int[] weights, int w, int pairs, float[] totals, int t) {
    FloatVector zero = FloatVector.zero(FLOATS);
    IntVector high = IntVector.broadcast(INTS, HIGH);
    for (int j = 0; j < COLUMNS; j += 2 * COUNT) {
      FloatVector c00 = zero;
      FloatVector c01 = zero;
      FloatVector c10 = zero;
      FloatVector c11 = zero;
      FloatVector c20 = zero;
      FloatVector c21 = zero;
      FloatVector c30 = zero;
      FloatVector c31 = zero;
      for (int i = 0; i < pairs; i++) {
        int p = w + j + i * COLUMNS;
        int q = a0 + 8 * i;
        IntVector both0 = IntVector.fromArray(INTS, weights, p);
        IntVector both1 = IntVector.fromArray(INTS, weights, p + COUNT);
        FloatVector even0 = both0.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
        FloatVector even1 = both1.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
        FloatVector odd0 = both0.and(high).reinterpretAsFloats();
        FloatVector odd1 = both1.and(high).reinterpretAsFloats();
        FloatVector x0 = FloatVector.broadcast(FLOATS, a[q]);
        c00 = x0.fma(even0, c00);
        c01 = x0.fma(even1, c01);
        FloatVector y0 = FloatVector.broadcast(FLOATS, a[q + 4]);
        c00 = y0.fma(odd0, c00);
        c01 = y0.fma(odd1, c01);
        FloatVector x1 = FloatVector.broadcast(FLOATS, a[q + 1]);
        c10 = x1.fma(even0, c10);
        c11 = x1.fma(even1, c11);
        FloatVector y1 = FloatVector.broadcast(FLOATS, a[q + 5]);
        c10 = y1.fma(odd0, c10);
        c11 = y1.fma(odd1, c11);
        FloatVector x2 = FloatVector.broadcast(FLOATS, a[q + 2]);
        c20 = x2.fma(even0, c20);
        c21 = x2.fma(even1, c21);
        FloatVector y2 = FloatVector.broadcast(FLOATS, a[q + 6]);
        c20 = y2.fma(odd0, c20);
        c21 = y2.fma(odd1, c21);
        FloatVector x3 = FloatVector.broadcast(FLOATS, a[q + 3]);
        c30 = x3.fma(even0, c30);
        c31 = x3.fma(even1, c31);
        FloatVector y3 = FloatVector.broadcast(FLOATS, a[q + 7]);
        c30 = y3.fma(odd0, c30);
        c31 = y3.fma(odd1, c31);
      }
      int t0 = t + j;
      FloatVector.fromArray(FLOATS, totals, t0).add(c00).intoArray(totals, t0);
      FloatVector.fromArray(FLOATS, totals, t0 + COUNT).add(c01).intoArray(totals, t0 + COUNT);
      int t1 = t + COLUMNS + j;
      FloatVector.fromArray(FLOATS, totals, t1).add(c10).intoArray(totals, t1);
      FloatVector.fromArray(FLOATS, totals, t1 + COUNT).add(c11).intoArray(totals, t1 + COUNT);
      int t2 = t + 2 * COLUMNS + j;
      FloatVector.fromArray(FLOATS, totals, t2).add(c20).intoArray(totals, t2);
      FloatVector.fromArray(FLOATS, totals, t2 + COUNT).add(c21).intoArray(totals, t2 + COUNT);
      int t3 = t + 3 * COLUMNS + j;
      FloatVector.fromArray(FLOATS, totals, t3).add(c30).intoArray(totals, t3);
      FloatVector.fromArray(FLOATS, totals, t3 + COUNT).add(c31).intoArray(totals, t3 + COUNT);
    }
  }

  /** The same for 8 rows. */
  static void multiplyEight(
      float[] a, int a0, int[] weights, int w, int pairs, float[] totals, int t) {
    FloatVector zero = FloatVector.zero(FLOATS);
    IntVector high = IntVector.broadcast(INTS, HIGH);
    for (int j = 0; j < COLUMNS; j += 2 * COUNT) {
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
      for (int i = 0; i < pairs; i++) {
        int p = w + j + i * COLUMNS;
        int q = a0 + 16 * i;
        IntVector both0 = IntVector.fromArray(INTS, weights, p);
        IntVector both1 = IntVector.fromArray(INTS, weights, p + COUNT);
        FloatVector even0 = both0.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
        FloatVector even1 = both1.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
        FloatVector odd0 = both0.and(high).reinterpretAsFloats();
        FloatVector odd1 = both1.and(high).reinterpretAsFloats();
        FloatVector x0 = FloatVector.broadcast(FLOATS, a[q]);
        c00 = x0.fma(even0, c00);
        c01 = x0.fma(even1, c01);
        FloatVector y0 = FloatVector.broadcast(FLOATS, a[q + 8]);
        c00 = y0.fma(odd0, c00);
        c01 = y0.fma(odd1, c01);
        FloatVector x1 = FloatVector.broadcast(FLOATS, a[q + 1]);
        c10 = x1.fma(even0, c10);
        c11 = x1.fma(even1, c11);
        FloatVector y1 = FloatVector.broadcast(FLOATS, a[q + 9]);
        c10 = y1.fma(odd0, c10);
        c11 = y1.fma(odd1, c11);
        FloatVector x2 = FloatVector.broadcast(FLOATS, a[q + 2]);
        c20 = x2.fma(even0, c20);
        c21 = x2.fma(even1, c21);
        FloatVector y2 = FloatVector.broadcast(FLOATS, a[q + 10]);
        c20 = y2.fma(odd0, c20);
        c21 = y2.fma(odd1, c21);
        FloatVector x3 = FloatVector.broadcast(FLOATS, a[q + 3]);
        c30 = x3.fma(even0, c30);
        c31 = x3.fma(even1, c31);
        FloatVector y3 = FloatVector.broadcast(FLOATS, a[q + 11]);
        c30 = y3.fma(odd0, c30);
        c31 = y3.fma(odd1, c31);
        FloatVector x4 = FloatVector.broadcast(FLOATS, a[q + 4]);
        c40 = x4.fma(even0, c40);
        c41 = x4.fma(even1, c41);
        FloatVector y4 = FloatVector.broadcast(FLOATS, a[q + 12]);
        c40 = y4.fma(odd0, c40);
        c41 = y4.fma(odd1, c41);
        FloatVector x5 = FloatVector.broadcast(FLOATS, a[q + 5]);
        c50 = x5.fma(even0, c50);
        c51 = x5.fma(even1, c51);
        FloatVector y5 = FloatVector.broadcast(FLOATS, a[q + 13]);
        c50 = y5.fma(odd0, c50);
        c51 = y5.fma(odd1, c51);
        FloatVector x6 = FloatVector.broadcast(FLOATS, a[q + 6]);
        c60 = x6.fma(even0, c60);
        c61 = x6.fma(even1, c61);
        FloatVector y6 = FloatVector.broadcast(FLOATS, a[q + 14]);
        c60 = y6.fma(odd0, c60);
        c61 = y6.fma(odd1, c61);
        FloatVector x7 = FloatVector.broadcast(FLOATS, a[q + 7]);
        c70 = x7.fma(even0, c70);
        c71 = x7.fma(even1, c71);
        FloatVector y7 = FloatVector.broadcast(FLOATS, a[q + 15]);
        c70 = y7.fma(odd0, c70);
        c71 = y7.fma(odd1, c71);
      }
      int t0 = t + j;
      FloatVector.fromArray(FLOATS, totals, t0).add(c00).intoArray(totals, t0);
      FloatVector.fromArray(FLOATS, totals, t0 + COUNT).add(c01).intoArray(totals, t0 + COUNT);
      int t1 = t + COLUMNS + j;
      FloatVector.fromArray(FLOATS, totals, t1).add(c10).intoArray(totals, t1);
      FloatVector.fromArray(FLOATS, totals, t1 + COUNT).add(c11).intoArray(totals, t1 + COUNT);
      int t2 = t + 2 * COLUMNS + j;
      FloatVector.fromArray(FLOATS, totals, t2).add(c20).intoArray(totals, t2);
      FloatVector.fromArray(FLOATS, totals, t2 + COUNT).add(c21).intoArray(totals, t2 + COUNT);
      int t3 = t + 3 * COLUMNS + j;
      FloatVector.fromArray(FLOATS, totals, t3).add(c30).intoArray(totals, t3);
      FloatVector.fromArray(FLOATS, totals, t3 + COUNT).add(c31).intoArray(totals, t3 + COUNT);
      int t4 = t + 4 * COLUMNS + j;
      FloatVector.fromArray(FLOATS, totals, t4).add(c40).intoArray(totals, t4);
      FloatVector.fromArray(FLOATS, totals, t4 + COUNT).add(c41).intoArray(totals, t4 + COUNT);
      int t5 = t + 5 * COLUMNS + j;
      FloatVector.fromArray(FLOATS, totals, t5).add(c50).intoArray(totals, t5);
      FloatVector.fromArray(FLOATS, totals, t5 + COUNT).add(c51).intoArray(totals, t5 + COUNT);
      int t6 = t + 6 * COLUMNS + j;
      FloatVector.fromArray(FLOATS, totals, t6).add(c60).intoArray(totals, t6);
      FloatVector.fromArray(FLOATS, totals, t6 + COUNT).add(c61).intoArray(totals, t6 + COUNT);
      int t7 = t + 7 * COLUMNS + j;
      FloatVector.fromArray(FLOATS, totals, t7).add(c70).intoArray(totals, t7);
      FloatVector.fromArray(FLOATS, totals, t7 + COUNT).add(c71).intoArray(totals, t7 + COUNT);
    }
  }

  private Bfloat16Tile() {}
}
