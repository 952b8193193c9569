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

  /** Rows of the larger tile. */
  static final int ROWS = 4;

  /** Writes {@code [2 * pairs][COLUMNS]} float32 weights to the beginning of {@code out}. */
  static void unpack(int[] weights, int w, int pairs, float[] out) {
    for (int i = 0; i < pairs; i++) {
      for (int j = 0; j < COLUMNS; j += COUNT) {
        IntVector both = IntVector.fromArray(INTS, weights, w + i * COLUMNS + j);
        both.lanewise(VectorOperators.LSHL, 16)
            .reinterpretAsFloats()
            .intoArray(out, 2 * i * COLUMNS + j);
        both.and(HIGH).reinterpretAsFloats().intoArray(out, (2 * i + 1) * COLUMNS + j);
      }
    }
  }

  /**
   * Sums a chunk of one row from zero and adds it to {@code totals}: {@code totals[row][column] +=
   * sum of a[row][k] * weights[k][column]} over ascending {@code k} in {@code [0, 2 * pairs)}.
   *
   * @param a0 where row 0 begins in {@code a}; and so on
   * @param weights {@code [pairs][COLUMNS]} from {@code w} on
   * @param totals {@code [1][COLUMNS]} from {@code t} on
   */
  static void multiplyOne(
      float[] a, int a0, int[] weights, int w, int pairs, float[] totals, int t) {
    FloatVector zero = FloatVector.zero(FLOATS);
    IntVector high = IntVector.broadcast(INTS, HIGH);
    for (int j = 0; j < COLUMNS; j += 4 * COUNT) {
      FloatVector c00 = zero;
      FloatVector c01 = zero;
      FloatVector c02 = zero;
      FloatVector c03 = zero;
      int p = w + j;
      for (int k = 0; k < 2 * pairs; k += 2, p += COLUMNS) {
        IntVector both0 = IntVector.fromArray(INTS, weights, p);
        IntVector both1 = IntVector.fromArray(INTS, weights, p + COUNT);
        IntVector both2 = IntVector.fromArray(INTS, weights, p + 2 * COUNT);
        IntVector both3 = IntVector.fromArray(INTS, weights, p + 3 * COUNT);
        FloatVector even0 = both0.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
        FloatVector even1 = both1.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
        FloatVector even2 = both2.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
        FloatVector even3 = both3.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
        FloatVector odd0 = both0.and(high).reinterpretAsFloats();
        FloatVector odd1 = both1.and(high).reinterpretAsFloats();
        FloatVector odd2 = both2.and(high).reinterpretAsFloats();
        FloatVector odd3 = both3.and(high).reinterpretAsFloats();
        FloatVector x0 = FloatVector.broadcast(FLOATS, a[a0 + k]);
        c00 = x0.fma(even0, c00);
        c01 = x0.fma(even1, c01);
        c02 = x0.fma(even2, c02);
        c03 = x0.fma(even3, c03);
        FloatVector y0 = FloatVector.broadcast(FLOATS, a[a0 + k + 1]);
        c00 = y0.fma(odd0, c00);
        c01 = y0.fma(odd1, c01);
        c02 = y0.fma(odd2, c02);
        c03 = y0.fma(odd3, c03);
      }
      FloatVector.fromArray(FLOATS, totals, t + j).add(c00).intoArray(totals, t + j);
      FloatVector.fromArray(FLOATS, totals, t + j + COUNT)
          .add(c01)
          .intoArray(totals, t + j + COUNT);
      FloatVector.fromArray(FLOATS, totals, t + j + 2 * COUNT)
          .add(c02)
          .intoArray(totals, t + j + 2 * COUNT);
      FloatVector.fromArray(FLOATS, totals, t + j + 3 * COUNT)
          .add(c03)
          .intoArray(totals, t + j + 3 * COUNT);
    }
  }

  /**
   * Sums a chunk of four rows from zero and adds it to {@code totals}: {@code totals[row][column]
   * += sum of a[row][k] * weights[k][column]} over ascending {@code k} in {@code [0, 2 * pairs)}.
   *
   * @param a0 where row 0 begins in {@code a}; and so on
   * @param weights {@code [pairs][COLUMNS]} from {@code w} on
   * @param totals {@code [4][COLUMNS]} from {@code t} on
   */
  static void multiplyFour(
      float[] a,
      int a0,
      int a1,
      int a2,
      int a3,
      int[] weights,
      int w,
      int pairs,
      float[] totals,
      int t) {
    FloatVector zero = FloatVector.zero(FLOATS);
    IntVector high = IntVector.broadcast(INTS, HIGH);
    for (int j = 0; j < COLUMNS; j += 4 * COUNT) {
      FloatVector c00 = zero;
      FloatVector c01 = zero;
      FloatVector c02 = zero;
      FloatVector c03 = zero;
      FloatVector c10 = zero;
      FloatVector c11 = zero;
      FloatVector c12 = zero;
      FloatVector c13 = zero;
      FloatVector c20 = zero;
      FloatVector c21 = zero;
      FloatVector c22 = zero;
      FloatVector c23 = zero;
      FloatVector c30 = zero;
      FloatVector c31 = zero;
      FloatVector c32 = zero;
      FloatVector c33 = zero;
      int p = w + j;
      for (int k = 0; k < 2 * pairs; k += 2, p += COLUMNS) {
        IntVector both0 = IntVector.fromArray(INTS, weights, p);
        IntVector both1 = IntVector.fromArray(INTS, weights, p + COUNT);
        IntVector both2 = IntVector.fromArray(INTS, weights, p + 2 * COUNT);
        IntVector both3 = IntVector.fromArray(INTS, weights, p + 3 * COUNT);
        FloatVector even0 = both0.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
        FloatVector even1 = both1.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
        FloatVector even2 = both2.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
        FloatVector even3 = both3.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
        FloatVector odd0 = both0.and(high).reinterpretAsFloats();
        FloatVector odd1 = both1.and(high).reinterpretAsFloats();
        FloatVector odd2 = both2.and(high).reinterpretAsFloats();
        FloatVector odd3 = both3.and(high).reinterpretAsFloats();
        FloatVector x0 = FloatVector.broadcast(FLOATS, a[a0 + k]);
        c00 = x0.fma(even0, c00);
        c01 = x0.fma(even1, c01);
        c02 = x0.fma(even2, c02);
        c03 = x0.fma(even3, c03);
        FloatVector y0 = FloatVector.broadcast(FLOATS, a[a0 + k + 1]);
        c00 = y0.fma(odd0, c00);
        c01 = y0.fma(odd1, c01);
        c02 = y0.fma(odd2, c02);
        c03 = y0.fma(odd3, c03);
        FloatVector x1 = FloatVector.broadcast(FLOATS, a[a1 + k]);
        c10 = x1.fma(even0, c10);
        c11 = x1.fma(even1, c11);
        c12 = x1.fma(even2, c12);
        c13 = x1.fma(even3, c13);
        FloatVector y1 = FloatVector.broadcast(FLOATS, a[a1 + k + 1]);
        c10 = y1.fma(odd0, c10);
        c11 = y1.fma(odd1, c11);
        c12 = y1.fma(odd2, c12);
        c13 = y1.fma(odd3, c13);
        FloatVector x2 = FloatVector.broadcast(FLOATS, a[a2 + k]);
        c20 = x2.fma(even0, c20);
        c21 = x2.fma(even1, c21);
        c22 = x2.fma(even2, c22);
        c23 = x2.fma(even3, c23);
        FloatVector y2 = FloatVector.broadcast(FLOATS, a[a2 + k + 1]);
        c20 = y2.fma(odd0, c20);
        c21 = y2.fma(odd1, c21);
        c22 = y2.fma(odd2, c22);
        c23 = y2.fma(odd3, c23);
        FloatVector x3 = FloatVector.broadcast(FLOATS, a[a3 + k]);
        c30 = x3.fma(even0, c30);
        c31 = x3.fma(even1, c31);
        c32 = x3.fma(even2, c32);
        c33 = x3.fma(even3, c33);
        FloatVector y3 = FloatVector.broadcast(FLOATS, a[a3 + k + 1]);
        c30 = y3.fma(odd0, c30);
        c31 = y3.fma(odd1, c31);
        c32 = y3.fma(odd2, c32);
        c33 = y3.fma(odd3, c33);
      }
      FloatVector.fromArray(FLOATS, totals, t + j).add(c00).intoArray(totals, t + j);
      FloatVector.fromArray(FLOATS, totals, t + j + COUNT)
          .add(c01)
          .intoArray(totals, t + j + COUNT);
      FloatVector.fromArray(FLOATS, totals, t + j + 2 * COUNT)
          .add(c02)
          .intoArray(totals, t + j + 2 * COUNT);
      FloatVector.fromArray(FLOATS, totals, t + j + 3 * COUNT)
          .add(c03)
          .intoArray(totals, t + j + 3 * COUNT);
      FloatVector.fromArray(FLOATS, totals, t + COLUMNS + j)
          .add(c10)
          .intoArray(totals, t + COLUMNS + j);
      FloatVector.fromArray(FLOATS, totals, t + COLUMNS + j + COUNT)
          .add(c11)
          .intoArray(totals, t + COLUMNS + j + COUNT);
      FloatVector.fromArray(FLOATS, totals, t + COLUMNS + j + 2 * COUNT)
          .add(c12)
          .intoArray(totals, t + COLUMNS + j + 2 * COUNT);
      FloatVector.fromArray(FLOATS, totals, t + COLUMNS + j + 3 * COUNT)
          .add(c13)
          .intoArray(totals, t + COLUMNS + j + 3 * COUNT);
      FloatVector.fromArray(FLOATS, totals, t + 2 * COLUMNS + j)
          .add(c20)
          .intoArray(totals, t + 2 * COLUMNS + j);
      FloatVector.fromArray(FLOATS, totals, t + 2 * COLUMNS + j + COUNT)
          .add(c21)
          .intoArray(totals, t + 2 * COLUMNS + j + COUNT);
      FloatVector.fromArray(FLOATS, totals, t + 2 * COLUMNS + j + 2 * COUNT)
          .add(c22)
          .intoArray(totals, t + 2 * COLUMNS + j + 2 * COUNT);
      FloatVector.fromArray(FLOATS, totals, t + 2 * COLUMNS + j + 3 * COUNT)
          .add(c23)
          .intoArray(totals, t + 2 * COLUMNS + j + 3 * COUNT);
      FloatVector.fromArray(FLOATS, totals, t + 3 * COLUMNS + j)
          .add(c30)
          .intoArray(totals, t + 3 * COLUMNS + j);
      FloatVector.fromArray(FLOATS, totals, t + 3 * COLUMNS + j + COUNT)
          .add(c31)
          .intoArray(totals, t + 3 * COLUMNS + j + COUNT);
      FloatVector.fromArray(FLOATS, totals, t + 3 * COLUMNS + j + 2 * COUNT)
          .add(c32)
          .intoArray(totals, t + 3 * COLUMNS + j + 2 * COUNT);
      FloatVector.fromArray(FLOATS, totals, t + 3 * COLUMNS + j + 3 * COUNT)
          .add(c33)
          .intoArray(totals, t + 3 * COLUMNS + j + 3 * COUNT);
    }
  }

  private Bfloat16Tile() {}
}
