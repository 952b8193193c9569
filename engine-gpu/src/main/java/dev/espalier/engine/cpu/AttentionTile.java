package dev.espalier.engine.cpu;

import static dev.espalier.engine.cpu.Lanes.COUNT;
import static dev.espalier.engine.cpu.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;

/**
 * The inner loops of attention. A tile of 4 or 6 rows (queries) by 2 vectors stays in registers,
 * see {@link Tiling}.
 */
final class AttentionTile {

  /** Rows of a small tile. */
  static final int FEW = Tiling.SMALL;

  /** Rows of a large tile. */
  static final int MOST = 6;

  /** Positions whose scores are computed before their values are read. Part of every result. */
  static final int POSITIONS = 128;

  /**
   * Products of 4 queries with the keys of {@code 2 * COUNT} positions; each is one chain over
   * ascending values of the head.
   *
   * @param queries {@code [headSize][stride]}, those of the tile side by side from {@code q} on
   * @param keys {@code [headSize][PagedCache.PAGE]} of vector {@code v}'s positions from {@code k}v
   *     on
   * @param scores receives {@code [4][POSITIONS]} from {@code s} on
   */
  static void scoreFour(
      float[] queries,
      int q,
      int stride,
      int headSize,
      float[] keys,
      int k0,
      int k1,
      float[] scores,
      int s) {
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector c00 = zero;
    FloatVector c01 = zero;
    FloatVector c10 = zero;
    FloatVector c11 = zero;
    FloatVector c20 = zero;
    FloatVector c21 = zero;
    FloatVector c30 = zero;
    FloatVector c31 = zero;
    int x = q;
    for (int d = 0; d < headSize; d++, x += stride) {
      int k = d * PagedCache.PAGE;
      FloatVector key0 = FloatVector.fromArray(FLOATS, keys, k0 + k);
      FloatVector key1 = FloatVector.fromArray(FLOATS, keys, k1 + k);
      FloatVector x0 = FloatVector.broadcast(FLOATS, queries[x]);
      c00 = x0.fma(key0, c00);
      c01 = x0.fma(key1, c01);
      FloatVector x1 = FloatVector.broadcast(FLOATS, queries[x + 1]);
      c10 = x1.fma(key0, c10);
      c11 = x1.fma(key1, c11);
      FloatVector x2 = FloatVector.broadcast(FLOATS, queries[x + 2]);
      c20 = x2.fma(key0, c20);
      c21 = x2.fma(key1, c21);
      FloatVector x3 = FloatVector.broadcast(FLOATS, queries[x + 3]);
      c30 = x3.fma(key0, c30);
      c31 = x3.fma(key1, c31);
    }
    c00.intoArray(scores, s);
    c01.intoArray(scores, s + COUNT);
    c10.intoArray(scores, s + POSITIONS);
    c11.intoArray(scores, s + POSITIONS + COUNT);
    c20.intoArray(scores, s + 2 * POSITIONS);
    c21.intoArray(scores, s + 2 * POSITIONS + COUNT);
    c30.intoArray(scores, s + 3 * POSITIONS);
    c31.intoArray(scores, s + 3 * POSITIONS + COUNT);
  }

  /** The same for 6 queries. */
  static void scoreSix(
      float[] queries,
      int q,
      int stride,
      int headSize,
      float[] keys,
      int k0,
      int k1,
      float[] scores,
      int s) {
    FloatVector zero = FloatVector.zero(FLOATS);
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
    int x = q;
    for (int d = 0; d < headSize; d++, x += stride) {
      int k = d * PagedCache.PAGE;
      FloatVector key0 = FloatVector.fromArray(FLOATS, keys, k0 + k);
      FloatVector key1 = FloatVector.fromArray(FLOATS, keys, k1 + k);
      FloatVector x0 = FloatVector.broadcast(FLOATS, queries[x]);
      c00 = x0.fma(key0, c00);
      c01 = x0.fma(key1, c01);
      FloatVector x1 = FloatVector.broadcast(FLOATS, queries[x + 1]);
      c10 = x1.fma(key0, c10);
      c11 = x1.fma(key1, c11);
      FloatVector x2 = FloatVector.broadcast(FLOATS, queries[x + 2]);
      c20 = x2.fma(key0, c20);
      c21 = x2.fma(key1, c21);
      FloatVector x3 = FloatVector.broadcast(FLOATS, queries[x + 3]);
      c30 = x3.fma(key0, c30);
      c31 = x3.fma(key1, c31);
      FloatVector x4 = FloatVector.broadcast(FLOATS, queries[x + 4]);
      c40 = x4.fma(key0, c40);
      c41 = x4.fma(key1, c41);
      FloatVector x5 = FloatVector.broadcast(FLOATS, queries[x + 5]);
      c50 = x5.fma(key0, c50);
      c51 = x5.fma(key1, c51);
    }
    c00.intoArray(scores, s);
    c01.intoArray(scores, s + COUNT);
    c10.intoArray(scores, s + POSITIONS);
    c11.intoArray(scores, s + POSITIONS + COUNT);
    c20.intoArray(scores, s + 2 * POSITIONS);
    c21.intoArray(scores, s + 2 * POSITIONS + COUNT);
    c30.intoArray(scores, s + 3 * POSITIONS);
    c31.intoArray(scores, s + 3 * POSITIONS + COUNT);
    c40.intoArray(scores, s + 4 * POSITIONS);
    c41.intoArray(scores, s + 4 * POSITIONS + COUNT);
    c50.intoArray(scores, s + 5 * POSITIONS);
    c51.intoArray(scores, s + 5 * POSITIONS + COUNT);
  }

  /**
   * Continues {@code sums[row][j] += weights[row][t] * values[t][j]} over ascending {@code t} in
   * {@code [begin, end)} for {@code rows} rows.
   *
   * @param rows 4 or 6
   * @param weights {@code [rows][POSITIONS]} from {@code w} on
   * @param values rows of {@code width} from {@code pages[t / PAGE] + t % PAGE * width} on
   * @param width a multiple of {@link PagedCache#VALUE_ALIGNMENT}
   * @param begin a multiple of {@link PagedCache#PAGE}
   * @param sums {@code [rows][width]} from {@code s} on
   */
  static void sum(
      int rows,
      float[] weights,
      int w,
      float[] values,
      int[] pages,
      int width,
      int begin,
      int end,
      float[] sums,
      int s) {
    for (int t = begin; t < end; t += PagedCache.PAGE) {
      int count = Math.min(PagedCache.PAGE, end - t);
      for (int j = 0; j < width; j += 2 * COUNT) {
        int v = pages[t / PagedCache.PAGE] + j;
        if (rows == FEW) {
          sumFour(weights, w + t, values, v, width, count, sums, s + j);
        } else {
          sumSix(weights, w + t, values, v, width, count, sums, s + j);
        }
      }
    }
  }

  private static void sumFour(
      float[] weights, int w, float[] values, int v, int width, int count, float[] sums, int s) {
    int s0 = s;
    int s1 = s + width;
    int s2 = s + 2 * width;
    int s3 = s + 3 * width;
    FloatVector c00 = FloatVector.fromArray(FLOATS, sums, s0);
    FloatVector c01 = FloatVector.fromArray(FLOATS, sums, s0 + COUNT);
    FloatVector c10 = FloatVector.fromArray(FLOATS, sums, s1);
    FloatVector c11 = FloatVector.fromArray(FLOATS, sums, s1 + COUNT);
    FloatVector c20 = FloatVector.fromArray(FLOATS, sums, s2);
    FloatVector c21 = FloatVector.fromArray(FLOATS, sums, s2 + COUNT);
    FloatVector c30 = FloatVector.fromArray(FLOATS, sums, s3);
    FloatVector c31 = FloatVector.fromArray(FLOATS, sums, s3 + COUNT);
    int p = v;
    for (int t = 0; t < count; t++, p += width) {
      FloatVector v0 = FloatVector.fromArray(FLOATS, values, p);
      FloatVector v1 = FloatVector.fromArray(FLOATS, values, p + COUNT);
      FloatVector x0 = FloatVector.broadcast(FLOATS, weights[w + t]);
      c00 = x0.fma(v0, c00);
      c01 = x0.fma(v1, c01);
      FloatVector x1 = FloatVector.broadcast(FLOATS, weights[w + POSITIONS + t]);
      c10 = x1.fma(v0, c10);
      c11 = x1.fma(v1, c11);
      FloatVector x2 = FloatVector.broadcast(FLOATS, weights[w + 2 * POSITIONS + t]);
      c20 = x2.fma(v0, c20);
      c21 = x2.fma(v1, c21);
      FloatVector x3 = FloatVector.broadcast(FLOATS, weights[w + 3 * POSITIONS + t]);
      c30 = x3.fma(v0, c30);
      c31 = x3.fma(v1, c31);
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

  private static void sumSix(
      float[] weights, int w, float[] values, int v, int width, int count, float[] sums, int s) {
    int s0 = s;
    int s1 = s + width;
    int s2 = s + 2 * width;
    int s3 = s + 3 * width;
    int s4 = s + 4 * width;
    int s5 = s + 5 * width;
    FloatVector c00 = FloatVector.fromArray(FLOATS, sums, s0);
    FloatVector c01 = FloatVector.fromArray(FLOATS, sums, s0 + COUNT);
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
    int p = v;
    for (int t = 0; t < count; t++, p += width) {
      FloatVector v0 = FloatVector.fromArray(FLOATS, values, p);
      FloatVector v1 = FloatVector.fromArray(FLOATS, values, p + COUNT);
      FloatVector x0 = FloatVector.broadcast(FLOATS, weights[w + t]);
      c00 = x0.fma(v0, c00);
      c01 = x0.fma(v1, c01);
      FloatVector x1 = FloatVector.broadcast(FLOATS, weights[w + POSITIONS + t]);
      c10 = x1.fma(v0, c10);
      c11 = x1.fma(v1, c11);
      FloatVector x2 = FloatVector.broadcast(FLOATS, weights[w + 2 * POSITIONS + t]);
      c20 = x2.fma(v0, c20);
      c21 = x2.fma(v1, c21);
      FloatVector x3 = FloatVector.broadcast(FLOATS, weights[w + 3 * POSITIONS + t]);
      c30 = x3.fma(v0, c30);
      c31 = x3.fma(v1, c31);
      FloatVector x4 = FloatVector.broadcast(FLOATS, weights[w + 4 * POSITIONS + t]);
      c40 = x4.fma(v0, c40);
      c41 = x4.fma(v1, c41);
      FloatVector x5 = FloatVector.broadcast(FLOATS, weights[w + 5 * POSITIONS + t]);
      c50 = x5.fma(v0, c50);
      c51 = x5.fma(v1, c51);
    }
    c00.intoArray(sums, s0);
    c01.intoArray(sums, s0 + COUNT);
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
