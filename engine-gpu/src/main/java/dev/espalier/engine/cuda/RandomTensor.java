package dev.espalier.engine.cuda;

import dev.espalier.engine.model.ElementType;
import dev.espalier.engine.model.WeightTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A tensor for measurements: a matrix of normally distributed noise, which the device makes itself,
 * or a vector of ones.
 *
 * @param deviation of the noise
 * @param seed decides the noise
 */
record RandomTensor(String name, List<Integer> shape, float deviation, long seed)
    implements WeightTensor {

  private static final short ONE = 0x3f80;

  RandomTensor {
    shape = List.copyOf(shape);
  }

  /** Whether it is noise, which the device makes; else it is a vector of ones. */
  boolean isMatrix() {
    return shape.size() == 2;
  }

  @Override
  public ElementType type() {
    return ElementType.BF16;
  }

  @Override
  public ByteBuffer rows(int first, int count) {
    if (isMatrix()) {
      throw new UnsupportedOperationException(name + " is made on the device");
    }
    ByteBuffer rows = ByteBuffer.allocate(count * 2).order(ByteOrder.LITTLE_ENDIAN);
    while (rows.hasRemaining()) {
      rows.putShort(ONE);
    }
    return rows.flip();
  }
}
