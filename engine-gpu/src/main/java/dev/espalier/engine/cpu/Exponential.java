package dev.espalier.engine.cpu;

import static dev.espalier.engine.cpu.Lanes.COUNT;
import static dev.espalier.engine.cpu.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The exponential function and its kin in float32, made of operations that IEEE 754 rounds exactly,
 * so that interpreter, compilers and vector widths all give the same bits. ({@code
 * VectorOperators.EXP} gives others once it is compiled.)
 *
 * <p>Source of the reduction and the polynomial: S. L. Moshier, Cephes, {@code expf}.
 *
 * <p>Arrays are worked on in place, in several short loops each, see {@link Bfloat16Tile}. Owned by
 * one thread.
 */
final class Exponential {
  private static final float LOG2_E = 1.442695f;
  private static final float LN2_HIGH = 0.6933594f;
  private static final float LN2_LOW = -2.12194440e-4f;

  /** Adding it rounds to an integer, which is then in the low bits of the significand. */
  private static final float ROUND = 12582912f; // 1.5 * 2^23

  /** Here 2^n has exponent bits 0, so that the result is exactly 0. */
  private static final float LEAST = -88.1f;

  private static final float MOST = 88f;

  /** Values of a part, which stay in a first-level cache; a multiple of the most lanes. */
  private static final int PART = 256;

  private final float[] powers = new float[PART]; // of 2

  /**
   * {@code x = exp(x)} to about 2 units in the last place; exactly 0 below -87.7; finite above 88.
   *
   * @param x {@code count} values from {@code at} on, a multiple of {@link Lanes#COUNT}
   */
  void exp(float[] x, int at, int count) {
    for (int part = 0; part < count; part += PART) {
      int length = Math.min(PART, count - part);
      reduce(x, at + part, length, powers);
      polynomial(x, at + part, length, powers);
    }
  }

  /** {@code x} becomes what is left of it beside a power of two, by which the result is scaled. */
  private static void reduce(float[] x, int at, int count, float[] powers) {
    for (int i = 0; i < count; i += COUNT) {
      FloatVector bounded = FloatVector.fromArray(FLOATS, x, at + i).max(LEAST).min(MOST);
      FloatVector shifted = bounded.mul(LOG2_E).add(ROUND);
      FloatVector n = shifted.sub(ROUND);
      FloatVector r = n.fma(FloatVector.broadcast(FLOATS, -LN2_HIGH), bounded);
      n.fma(FloatVector.broadcast(FLOATS, -LN2_LOW), r).intoArray(x, at + i);
      IntVector exponent = shifted.reinterpretAsInts().add(127);
      exponent.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats().intoArray(powers, i);
    }
  }

  private static void polynomial(float[] x, int at, int count, float[] powers) {
    for (int i = 0; i < count; i += COUNT) {
      FloatVector r = FloatVector.fromArray(FLOATS, x, at + i);
      FloatVector p = FloatVector.broadcast(FLOATS, 0.00019875691f);
      p = p.fma(r, FloatVector.broadcast(FLOATS, 0.0013981999f));
      p = p.fma(r, FloatVector.broadcast(FLOATS, 0.008333452f));
      p = p.fma(r, FloatVector.broadcast(FLOATS, 0.041665796f));
      p = p.fma(r, FloatVector.broadcast(FLOATS, 0.16666666f));
      p = p.fma(r, FloatVector.broadcast(FLOATS, 0.5f));
      p = p.fma(r.mul(r), r).add(1f);
      p.mul(FloatVector.fromArray(FLOATS, powers, i)).intoArray(x, at + i);
    }
  }

  /** {@code x = tanh(x)} to an absolute error of about 1e-7, of values as in {@link #exp}. */
  void tanh(float[] x, int at, int count) {
    for (int i = at; i < at + count; i += COUNT) {
      FloatVector half = FloatVector.fromArray(FLOATS, x, i);
      half.add(half).intoArray(x, i);
    }
    exp(x, at, count);
    FloatVector one = FloatVector.broadcast(FLOATS, 1f);
    FloatVector two = FloatVector.broadcast(FLOATS, 2f);
    for (int i = at; i < at + count; i += COUNT) {
      one.sub(two.div(FloatVector.fromArray(FLOATS, x, i).add(one))).intoArray(x, i);
    }
  }

  /** {@code x = limit * tanh(x / limit)}, of values as in {@link #exp}. */
  void cap(float[] x, int at, int count, float limit) {
    for (int i = at; i < at + count; i += COUNT) {
      FloatVector.fromArray(FLOATS, x, i).div(limit).intoArray(x, i);
    }
    tanh(x, at, count);
    for (int i = at; i < at + count; i += COUNT) {
      FloatVector.fromArray(FLOATS, x, i).mul(limit).intoArray(x, i);
    }
  }
}
