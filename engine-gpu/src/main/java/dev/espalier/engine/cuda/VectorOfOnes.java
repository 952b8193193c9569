package dev.espalier.engine.cuda;

import dev.espalier.engine.model.ElementType;
import dev.espalier.engine.model.WeightTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Ones in bfloat16. */
record VectorOfOnes(String name, List<Integer> shape) implements WeightTensor {
  private static final short ONE = 0x3f80;

  VectorOfOnes {
    shape = List.copyOf(shape);
  }

  @Override
  public ElementType type() {
    return ElementType.BF16;
  }

  @Override
  public ByteBuffer rows(int first, int count) {
    ByteBuffer rows = ByteBuffer.allocate(count * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    while (rows.hasRemaining()) {
      rows.putShort(ONE);
    }
    return rows.flip();
  }
}
