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

  /**
   * Writes {@code [4 * quads][COLUMNS]} weights without their scales to the beginning of {@code
   * out}.
   *
   * @param weights {@code [quads][COLUMNS]} from {@code w} on
   */
  static void unpack(int[] weights, int w, int quads, float[] out) {
    for (int input = 0; input < 4; input++) {
      for (int j = 0; j < COLUMNS; j += COUNT) {
        unpack(weights, w + j, quads, 8 * input, out, input * COLUMNS + j);
      }
    }
  }

  /** One input of each four, in a vector of columns; short as {@link Bfloat16Tile} says. */
  private static void unpack(int[] weights, int w, int quads, int shift, float[] out, int to) {
    IntVector low = IntVector.broadcast(INTS, BYTE);
    IntVector exponent = IntVector.broadcast(INTS, EXPONENT);
    FloatVector bias = FloatVector.broadcast(FLOATS, BIAS);
    for (int i = 0; i < quads; i++) {
      IntVector.fromArray(INTS, weights, w + i * COLUMNS)
          .lanewise(VectorOperators.LSHR, shift)
          .and(low)
          .or(exponent)
          .reinterpretAsFloats()
          .sub(bias)
          .intoArray(out, to + i * 4 * COLUMNS);
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
