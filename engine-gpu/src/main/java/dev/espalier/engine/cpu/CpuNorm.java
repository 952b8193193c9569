package dev.espalier.engine.cpu;

import static dev.espalier.engine.cpu.Lanes.ALIGNMENT;
import static dev.espalier.engine.cpu.Lanes.COUNT;
import static dev.espalier.engine.cpu.Lanes.FLOATS;

import dev.espalier.engine.model.Operations;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Root-mean-square normalisation. The squares are summed in {@link Lanes#ALIGNMENT} chains (that of
 * a value by its index), and the chains are added in ascending order, whatever the vector width.
 */
final class CpuNorm implements Operations.Norm {

  /** What a call of {@link #apply} allocates: the chains. */
  static final int BYTES = ALIGNMENT * Float.BYTES + 16;

  private final int length;
  private final float[] weight; // with the offset, padded with zeros
  private final float epsilon;

  CpuNorm(float[] weight, float epsilon, float offset) {
    this.length = weight.length;
    this.weight = Arrays.copyOf(weight, Lanes.align(length));
    this.epsilon = epsilon;
    for (int i = 0; i < length; i++) {
      this.weight[i] += offset;
    }
  }

  @Override
  public int length() {
    return length;
  }

  /**
   * Normalises {@code length} values of {@code in} at {@code from} into {@code out} at {@code to};
   * both are padded with zeros to the alignment, and may be the same.
   */
  void apply(float[] in, int from, float[] out, int to) {
    float scale = (float) (1 / Math.sqrt(sumOfSquares(in, from) / length + epsilon));
    for (int i = 0; i < weight.length; i += COUNT) {
      FloatVector.fromArray(FLOATS, in, from + i)
          .mul(scale)
          .mul(FloatVector.fromArray(FLOATS, weight, i))
          .intoArray(out, to + i);
    }
  }

  private double sumOfSquares(float[] in, int from) {
    float[] chains = new float[ALIGNMENT];
    for (int chain = 0; chain < ALIGNMENT; chain += COUNT) {
      FloatVector squares = FloatVector.zero(FLOATS);
      for (int i = chain; i < weight.length; i += ALIGNMENT) {
        FloatVector value = FloatVector.fromArray(FLOATS, in, from + i);
        squares = value.fma(value, squares);
      }
      squares.intoArray(chains, chain);
    }
    double sum = 0;
    for (float chain : chains) {
      sum += chain;
    }
    return sum;
  }
}
