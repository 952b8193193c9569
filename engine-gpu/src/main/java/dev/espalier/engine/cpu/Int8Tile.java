package dev.espalier.engine.cpu;

import static dev.espalier.engine.cpu.FloatTile.COLUMNS;
import static dev.espalier.engine.cpu.Lanes.COUNT;
import static dev.espalier.engine.cpu.Lanes.FLOATS;
import static dev.espalier.engine.cpu.Lanes.INTS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The inner loops of matrix products on 8-bit weights. One int holds four consecutive inputs of a
 * column, the first one in its lowest byte, each as {@code weight + ZERO}. Such a byte under the
 * exponent of 2^23 is the float {@code 2^23 + weight + ZERO}: faster than the conversion, which the
 * compiler of JDK 17 does not always inline.
 */
final class Int8Tile {

  /** Stands for weight 0. */
  static final int ZERO = 128;

  private static final int BYTE = 0xff;
  private static final int EXPONENT = 0x4b000000;
  private static final float BIAS = 0x1p23f + ZERO;

  /** Writes {@code [4 * quads][COLUMNS]} weights without their scales to the beginning of out. */
  static void unpack(int[] weights, int w, int quads, float[] out) {
    for (int i = 0; i < quads; i++) {
      for (int j = 0; j < COLUMNS; j += COUNT) {
        IntVector four = IntVector.fromArray(INTS, weights, w + i * COLUMNS + j);
        int at = 4 * i * COLUMNS + j;
        four.and(BYTE).or(EXPONENT).reinterpretAsFloats().sub(BIAS).intoArray(out, at);
        four.lanewise(VectorOperators.LSHR, 8)
            .and(BYTE)
            .or(EXPONENT)
            .reinterpretAsFloats()
            .sub(BIAS)
            .intoArray(out, at + COLUMNS);
        four.lanewise(VectorOperators.LSHR, 16)
            .and(BYTE)
            .or(EXPONENT)
            .reinterpretAsFloats()
            .sub(BIAS)
            .intoArray(out, at + 2 * COLUMNS);
        four.lanewise(VectorOperators.LSHR, 24)
            .or(EXPONENT)
            .reinterpretAsFloats()
            .sub(BIAS)
            .intoArray(out, at + 3 * COLUMNS);
      }
    }
  }

  /**
   * Sums a group of one row from zero and adds it, scaled, to {@code totals}: {@code totals[column]
   * = fma(sum of a[k] * weights[k][column], scales[column], totals[column])} over ascending {@code
   * k} in {@code [0, 4 * quads)}.
   *
   * @param a the row from {@code a0} on
   * @param weights {@code [quads][COLUMNS]} from {@code w} on
   * @param scales {@code [COLUMNS]} from {@code s} on
   * @param totals {@code [COLUMNS]}
   */
  static void multiplyOne(
      float[] a, int a0, int[] weights, int w, int quads, float[] scales, int s, float[] totals) {
    // Two vectors at a time, and constants in vectors: the compiler gives up inlining beyond that.
    FloatVector zero = FloatVector.zero(FLOATS);
    IntVector low = IntVector.broadcast(INTS, BYTE);
    IntVector exponent = IntVector.broadcast(INTS, EXPONENT);
    FloatVector bias = FloatVector.broadcast(FLOATS, BIAS);
    for (int j = 0; j < COLUMNS; j += 2 * COUNT) {
      FloatVector c0 = zero;
      FloatVector c1 = zero;
      int p = w + j;
      for (int k = a0; k < a0 + 4 * quads; k += 4, p += COLUMNS) {
        IntVector four0 = IntVector.fromArray(INTS, weights, p);
        IntVector four1 = IntVector.fromArray(INTS, weights, p + COUNT);
        FloatVector x = FloatVector.broadcast(FLOATS, a[k]);
        c0 = x.fma(four0.and(low).or(exponent).reinterpretAsFloats().sub(bias), c0);
        c1 = x.fma(four1.and(low).or(exponent).reinterpretAsFloats().sub(bias), c1);
        x = FloatVector.broadcast(FLOATS, a[k + 1]);
        four0 = four0.lanewise(VectorOperators.LSHR, 8);
        four1 = four1.lanewise(VectorOperators.LSHR, 8);
        c0 = x.fma(four0.and(low).or(exponent).reinterpretAsFloats().sub(bias), c0);
        c1 = x.fma(four1.and(low).or(exponent).reinterpretAsFloats().sub(bias), c1);
        x = FloatVector.broadcast(FLOATS, a[k + 2]);
        four0 = four0.lanewise(VectorOperators.LSHR, 8);
        four1 = four1.lanewise(VectorOperators.LSHR, 8);
        c0 = x.fma(four0.and(low).or(exponent).reinterpretAsFloats().sub(bias), c0);
        c1 = x.fma(four1.and(low).or(exponent).reinterpretAsFloats().sub(bias), c1);
        x = FloatVector.broadcast(FLOATS, a[k + 3]);
        four0 = four0.lanewise(VectorOperators.LSHR, 8);
        four1 = four1.lanewise(VectorOperators.LSHR, 8);
        c0 = x.fma(four0.or(exponent).reinterpretAsFloats().sub(bias), c0);
        c1 = x.fma(four1.or(exponent).reinterpretAsFloats().sub(bias), c1);
      }
      c0.fma(FloatVector.fromArray(FLOATS, scales, s + j), FloatVector.fromArray(FLOATS, totals, j))
          .intoArray(totals, j);
      c1.fma(
              FloatVector.fromArray(FLOATS, scales, s + j + COUNT),
              FloatVector.fromArray(FLOATS, totals, j + COUNT))
          .intoArray(totals, j + COUNT);
    }
  }

  /** {@code totals = fma(sums, scales of the column, totals)} for {@code rows} rows. */
  static void addScaled(float[] sums, float[] scales, int s, float[] totals, int rows) {
    for (int j = 0; j < COLUMNS; j += COUNT) {
      FloatVector scale = FloatVector.fromArray(FLOATS, scales, s + j);
      for (int i = j; i < rows * COLUMNS; i += COLUMNS) {
        FloatVector.fromArray(FLOATS, sums, i)
            .fma(scale, FloatVector.fromArray(FLOATS, totals, i))
            .intoArray(totals, i);
      }
    }
  }

  private Int8Tile() {}
}
