package dev.espalier.engine.cpu;

import static dev.espalier.engine.cpu.Lanes.COUNT;
import static dev.espalier.engine.cpu.Lanes.FLOATS;

import dev.espalier.engine.sample.Softmax;
import dev.espalier.engine.sample.SumExp;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link SumExp} on vectors, with the bits of {@link Softmax#exp}: its operations in its order. Not
 * {@link Exponential}, which fuses multiplications and additions.
 *
 * <p>Several short loops, see {@link Bfloat16Tile}.
 */
final class LanesSumExp implements SumExp {
  private static final float LOG2_E = 1.442695f;
  private static final float LN_2_HIGH = 0x1.63p-1f;
  private static final float LN_2_LOW = -0.00021219444f;
  private static final float SMALLEST = -87f;

  /** Adding it rounds to an integer, which is then in the low bits of the significand. */
  private static final float ROUND = 12582912f; // 1.5 * 2^23

  /** Values of a part, which stay in a first-level cache; a multiple of the most lanes. */
  private static final int PART = 512;

  private final float[] values = new float[PART];
  private final float[] powers = new float[PART]; // of 2
  private final double[] sums = new double[CHAINS];

  @Override
  public double of(float[] logits, int offset, int size, float largest) {
    Arrays.fill(sums, 0);
    int whole = size / COUNT * COUNT;
    for (int part = 0; part < whole; part += PART) {
      int count = Math.min(PART, whole - part);
      reduce(logits, offset + part, count, largest, values, powers);
      polynomial(values, count, powers);
      add(values, count, sums);
    }
    for (int i = whole; i < size; i++) {
      sums[i % CHAINS] += Softmax.exp(logits[offset + i] - largest);
    }
    return SumExp.total(sums);
  }

  /**
   * What is left of {@code logits - largest} beside a power of two, by which the result is scaled;
   * the power is 0 where the result is to be.
   */
  private static void reduce(
      float[] logits, int at, int count, float largest, float[] values, float[] powers) {
    FloatVector zero = FloatVector.zero(FLOATS);
    for (int i = 0; i < count; i += COUNT) {
      FloatVector x = FloatVector.fromArray(FLOATS, logits, at + i).sub(largest);
      // Far below, where the power is taken for 0, no number overflows.
      FloatVector bounded = x.max(SMALLEST - 1);
      FloatVector exact = bounded.mul(LOG2_E).sub(0.5f);
      FloatVector near = exact.add(ROUND).sub(ROUND);
      // Toward zero, as a cast to an integer: these are negative.
      FloatVector n = near.blend(near.add(1f), near.lt(exact));
      bounded.sub(n.mul(LN_2_HIGH)).sub(n.mul(LN_2_LOW)).intoArray(values, i);
      IntVector exponent = n.add(ROUND).reinterpretAsInts().add(127);
      FloatVector power = exponent.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      power.blend(zero, x.lt(SMALLEST)).intoArray(powers, i);
    }
  }

  private static void polynomial(float[] values, int count, float[] powers) {
    for (int i = 0; i < count; i += COUNT) {
      FloatVector r = FloatVector.fromArray(FLOATS, values, i);
      FloatVector p = FloatVector.broadcast(FLOATS, 0.00019875691f);
      p = p.mul(r).add(0.0013981999f);
      p = p.mul(r).add(0.008333452f);
      p = p.mul(r).add(0.041665796f);
      p = p.mul(r).add(0.16666666f);
      p = p.mul(r).add(0.5f);
      p = p.mul(r).mul(r).add(r).add(1f);
      p.mul(FloatVector.fromArray(FLOATS, powers, i)).intoArray(values, i);
    }
  }

  private static void add(float[] values, int count, double[] sums) {
    double sum0 = sums[0];
    double sum1 = sums[1];
    double sum2 = sums[2];
    double sum3 = sums[3];
    for (int i = 0; i < count; i += CHAINS) {
      sum0 += values[i];
      sum1 += values[i + 1];
      sum2 += values[i + 2];
      sum3 += values[i + 3];
    }
    sums[0] = sum0;
    sums[1] = sum1;
    sums[2] = sum2;
    sums[3] = sum3;
  }
}
