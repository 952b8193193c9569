package dev.espalier.engine.cuda;

import dev.espalier.engine.model.ElementType;
import dev.espalier.engine.model.WeightTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;

/** A bfloat16 tensor of normally distributed noise whose values the host knows. */
final class HostTensor implements WeightTensor {
  private final String name;
  private final List<Integer> shape;
  private final float[] values;

  HostTensor(String name, double deviation, long seed, Integer... shape) {
    this.name = name;
    this.shape = List.of(shape);
    int count = 1;
    for (int length : shape) {
      count *= length;
    }
    this.values = new float[count];
    Random random = new Random(seed);
    for (int i = 0; i < count; i++) {
      values[i] = cut((float) (deviation * random.nextGaussian()));
    }
  }

  private static float cut(float value) {
    return Float.intBitsToFloat(Float.floatToRawIntBits(value) & 0xffff0000);
  }

  /** Values, row after row. */
  float[] values() {
    return values;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public ElementType type() {
    return ElementType.BF16;
  }

  @Override
  public List<Integer> shape() {
    return shape;
  }

  @Override
  public ByteBuffer rows(int first, int count) {
    int length = rowLength();
    ByteBuffer rows = ByteBuffer.allocate(2 * count * length).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = first * length; i < (first + count) * length; i++) {
      rows.putShort((short) (Float.floatToRawIntBits(values[i]) >>> 16));
    }
    return rows.flip();
  }
}
