package dev.espalier.engine.cpu;

import static dev.espalier.engine.cpu.Lanes.COUNT;
import static dev.espalier.engine.cpu.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;

/** The inner loops of attention: a tile of 4 rows (queries) by 4 vectors stays in registers. */
final class AttentionTile {

  /** Rows of a tile. */
  static final int ROWS = 4;

  /** Positions whose scores are computed before their values are read. Part of every result. */
  static final int POSITIONS = 128;

  /**
   * Products of 4 queries with the keys of {@code 4 * COUNT} positions; each is one chain over
   * ascending values of the head.
   *
   * @param queries query of row {@code r} from {@code q}r on
   * @param keys {@code [headSize][PagedCache.PAGE]} of vector {@code v}'s positions from {@code k}v
   *     on
   * @param scores receives {@code [ROWS][POSITIONS]} from {@code s} on
   */
  static void score(
      float[] queries,
      int q0,
      int q1,
      int q2,
      int q3,
      int headSize,
      float[] keys,
      int k0,
      int k1,
      int k2,
      int k3,
      float[] scores,
      int s) {
    FloatVector zero = FloatVector.zero(FLOATS);
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
    for (int d = 0, k = 0; d < headSize; d++, k += PagedCache.PAGE) {
      FloatVector k0d = FloatVector.fromArray(FLOATS, keys, k0 + k);
      FloatVector k1d = FloatVector.fromArray(FLOATS, keys, k1 + k);
      FloatVector k2d = FloatVector.fromArray(FLOATS, keys, k2 + k);
      FloatVector k3d = FloatVector.fromArray(FLOATS, keys, k3 + k);
      FloatVector x0 = FloatVector.broadcast(FLOATS, queries[q0 + d]);
      c00 = x0.fma(k0d, c00);
      c01 = x0.fma(k1d, c01);
      c02 = x0.fma(k2d, c02);
      c03 = x0.fma(k3d, c03);
      FloatVector x1 = FloatVector.broadcast(FLOATS, queries[q1 + d]);
      c10 = x1.fma(k0d, c10);
      c11 = x1.fma(k1d, c11);
      c12 = x1.fma(k2d, c12);
      c13 = x1.fma(k3d, c13);
      FloatVector x2 = FloatVector.broadcast(FLOATS, queries[q2 + d]);
      c20 = x2.fma(k0d, c20);
      c21 = x2.fma(k1d, c21);
      c22 = x2.fma(k2d, c22);
      c23 = x2.fma(k3d, c23);
      FloatVector x3 = FloatVector.broadcast(FLOATS, queries[q3 + d]);
      c30 = x3.fma(k0d, c30);
      c31 = x3.fma(k1d, c31);
      c32 = x3.fma(k2d, c32);
      c33 = x3.fma(k3d, c33);
    }
    c00.intoArray(scores, s);
    c01.intoArray(scores, s + COUNT);
    c02.intoArray(scores, s + 2 * COUNT);
    c03.intoArray(scores, s + 3 * COUNT);
    c10.intoArray(scores, s + POSITIONS);
    c11.intoArray(scores, s + POSITIONS + COUNT);
    c12.intoArray(scores, s + POSITIONS + 2 * COUNT);
    c13.intoArray(scores, s + POSITIONS + 3 * COUNT);
    c20.intoArray(scores, s + 2 * POSITIONS);
    c21.intoArray(scores, s + 2 * POSITIONS + COUNT);
    c22.intoArray(scores, s + 2 * POSITIONS + 2 * COUNT);
    c23.intoArray(scores, s + 2 * POSITIONS + 3 * COUNT);
    c30.intoArray(scores, s + 3 * POSITIONS);
    c31.intoArray(scores, s + 3 * POSITIONS + COUNT);
    c32.intoArray(scores, s + 3 * POSITIONS + 2 * COUNT);
    c33.intoArray(scores, s + 3 * POSITIONS + 3 * COUNT);
  }

  /**
   * Continues {@code sums[row][j] += weights[row][t] * values[t][j]} over ascending {@code t} in
   * {@code [0, end)} for 4 rows.
   *
   * @param weights {@code [ROWS][POSITIONS]}
   * @param values rows of {@code width} from {@code pages[t / PAGE] + t % PAGE * width} on
   * @param width a multiple of {@link PagedCache#VALUE_ALIGNMENT}
   * @param sums {@code [ROWS][width]}
   */
  static void sumFour(
      float[] weights, float[] values, int[] pages, int width, int end, float[] sums) {
    for (int j = 0; j < width; j += 4 * COUNT) {
      FloatVector c00 = FloatVector.fromArray(FLOATS, sums, j);
      FloatVector c01 = FloatVector.fromArray(FLOATS, sums, j + COUNT);
      FloatVector c02 = FloatVector.fromArray(FLOATS, sums, j + 2 * COUNT);
      FloatVector c03 = FloatVector.fromArray(FLOATS, sums, j + 3 * COUNT);
      FloatVector c10 = FloatVector.fromArray(FLOATS, sums, width + j);
      FloatVector c11 = FloatVector.fromArray(FLOATS, sums, width + j + COUNT);
      FloatVector c12 = FloatVector.fromArray(FLOATS, sums, width + j + 2 * COUNT);
      FloatVector c13 = FloatVector.fromArray(FLOATS, sums, width + j + 3 * COUNT);
      FloatVector c20 = FloatVector.fromArray(FLOATS, sums, 2 * width + j);
      FloatVector c21 = FloatVector.fromArray(FLOATS, sums, 2 * width + j + COUNT);
      FloatVector c22 = FloatVector.fromArray(FLOATS, sums, 2 * width + j + 2 * COUNT);
      FloatVector c23 = FloatVector.fromArray(FLOATS, sums, 2 * width + j + 3 * COUNT);
      FloatVector c30 = FloatVector.fromArray(FLOATS, sums, 3 * width + j);
      FloatVector c31 = FloatVector.fromArray(FLOATS, sums, 3 * width + j + COUNT);
      FloatVector c32 = FloatVector.fromArray(FLOATS, sums, 3 * width + j + 2 * COUNT);
      FloatVector c33 = FloatVector.fromArray(FLOATS, sums, 3 * width + j + 3 * COUNT);
      for (int t = 0; t < end; t++) {
        int p = pages[t / PagedCache.PAGE] + t % PagedCache.PAGE * width + j;
        FloatVector v0 = FloatVector.fromArray(FLOATS, values, p);
        FloatVector v1 = FloatVector.fromArray(FLOATS, values, p + COUNT);
        FloatVector v2 = FloatVector.fromArray(FLOATS, values, p + 2 * COUNT);
        FloatVector v3 = FloatVector.fromArray(FLOATS, values, p + 3 * COUNT);
        FloatVector x0 = FloatVector.broadcast(FLOATS, weights[t]);
        c00 = x0.fma(v0, c00);
        c01 = x0.fma(v1, c01);
        c02 = x0.fma(v2, c02);
        c03 = x0.fma(v3, c03);
        FloatVector x1 = FloatVector.broadcast(FLOATS, weights[POSITIONS + t]);
        c10 = x1.fma(v0, c10);
        c11 = x1.fma(v1, c11);
        c12 = x1.fma(v2, c12);
        c13 = x1.fma(v3, c13);
        FloatVector x2 = FloatVector.broadcast(FLOATS, weights[2 * POSITIONS + t]);
        c20 = x2.fma(v0, c20);
        c21 = x2.fma(v1, c21);
        c22 = x2.fma(v2, c22);
        c23 = x2.fma(v3, c23);
        FloatVector x3 = FloatVector.broadcast(FLOATS, weights[3 * POSITIONS + t]);
        c30 = x3.fma(v0, c30);
        c31 = x3.fma(v1, c31);
        c32 = x3.fma(v2, c32);
        c33 = x3.fma(v3, c33);
      }
      c00.intoArray(sums, j);
      c01.intoArray(sums, j + COUNT);
      c02.intoArray(sums, j + 2 * COUNT);
      c03.intoArray(sums, j + 3 * COUNT);
      c10.intoArray(sums, width + j);
      c11.intoArray(sums, width + j + COUNT);
      c12.intoArray(sums, width + j + 2 * COUNT);
      c13.intoArray(sums, width + j + 3 * COUNT);
      c20.intoArray(sums, 2 * width + j);
      c21.intoArray(sums, 2 * width + j + COUNT);
      c22.intoArray(sums, 2 * width + j + 2 * COUNT);
      c23.intoArray(sums, 2 * width + j + 3 * COUNT);
      c30.intoArray(sums, 3 * width + j);
      c31.intoArray(sums, 3 * width + j + COUNT);
      c32.intoArray(sums, 3 * width + j + 2 * COUNT);
      c33.intoArray(sums, 3 * width + j + 3 * COUNT);
    }
  }

  /**
   * The same for one row, from {@code begin} on.
   *
   * @param w where the row's weights begin
   * @param s where the row's sums begin
   */
  static void sumOne(
      float[] weights,
      int w,
      float[] values,
      int[] pages,
      int width,
      int begin,
      int end,
      float[] sums,
      int s) {
    for (int j = 0; j < width; j += 4 * COUNT) {
      FloatVector c0 = FloatVector.fromArray(FLOATS, sums, s + j);
      FloatVector c1 = FloatVector.fromArray(FLOATS, sums, s + j + COUNT);
      FloatVector c2 = FloatVector.fromArray(FLOATS, sums, s + j + 2 * COUNT);
      FloatVector c3 = FloatVector.fromArray(FLOATS, sums, s + j + 3 * COUNT);
      for (int t = begin; t < end; t++) {
        int p = pages[t / PagedCache.PAGE] + t % PagedCache.PAGE * width + j;
        FloatVector x = FloatVector.broadcast(FLOATS, weights[w + t]);
        c0 = x.fma(FloatVector.fromArray(FLOATS, values, p), c0);
        c1 = x.fma(FloatVector.fromArray(FLOATS, values, p + COUNT), c1);
        c2 = x.fma(FloatVector.fromArray(FLOATS, values, p + 2 * COUNT), c2);
        c3 = x.fma(FloatVector.fromArray(FLOATS, values, p + 3 * COUNT), c3);
      }
      c0.intoArray(sums, s + j);
      c1.intoArray(sums, s + j + COUNT);
      c2.intoArray(sums, s + j + 2 * COUNT);
      c3.intoArray(sums, s + j + 3 * COUNT);
    }
  }

  private AttentionTile() {}
}
