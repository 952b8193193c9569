package dev.espalier.engine.cpu;

import static dev.espalier.engine.cpu.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The exponential function and its kin in float32, made of operations that IEEE 754 rounds exactly,
 * so that interpreter, compilers and vector widths all give the same bits. ({@code
 * VectorOperators.EXP} gives others once it is compiled.)
 *
 * <p>Source of the reduction and the polynomial: S. L. Moshier, Cephes, {@code expf}.
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

  /** {@code exp(x)} to about 2 units in the last place; exactly 0 below -87.7; finite above 88. */
  static FloatVector exp(FloatVector x) {
    FloatVector bounded = x.max(LEAST).min(MOST);
    FloatVector shifted = bounded.mul(LOG2_E).add(ROUND);
    FloatVector n = shifted.sub(ROUND);
    FloatVector r = n.fma(FloatVector.broadcast(FLOATS, -LN2_HIGH), bounded);
    r = n.fma(FloatVector.broadcast(FLOATS, -LN2_LOW), r);
    FloatVector p = FloatVector.broadcast(FLOATS, 0.00019875691f);
    p = p.fma(r, FloatVector.broadcast(FLOATS, 0.0013981999f));
    p = p.fma(r, FloatVector.broadcast(FLOATS, 0.008333452f));
    p = p.fma(r, FloatVector.broadcast(FLOATS, 0.041665796f));
    p = p.fma(r, FloatVector.broadcast(FLOATS, 0.16666666f));
    p = p.fma(r, FloatVector.broadcast(FLOATS, 0.5f));
    p = p.fma(r.mul(r), r).add(1f);
    FloatVector power =
        shifted
            .reinterpretAsInts()
            .add(127)
            .lanewise(VectorOperators.LSHL, 23)
            .reinterpretAsFloats();
    return p.mul(power);
  }

  /** {@code tanh(x)} to an absolute error of about 1e-7. */
  static FloatVector tanh(FloatVector x) {
    FloatVector one = FloatVector.broadcast(FLOATS, 1f);
    return one.sub(FloatVector.broadcast(FLOATS, 2f).div(exp(x.add(x)).add(one)));
  }

  private Exponential() {}
}
