package dev.espalier.engine.cpu;

import dev.espalier.engine.model.ElementType;
import dev.espalier.engine.model.WeightSource;
import dev.espalier.engine.model.WeightTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Random weights of any shape, large enough for attention and activations to matter. */
record TestWeights(ElementType type, long seed) implements WeightSource {

  @Override
  public WeightTensor tensor(String name, int... shape) {
    int elements = IntStream.of(shape).reduce(1, (a, b) -> a * b);
    ByteBuffer bytes = ByteBuffer.allocate(elements * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    Random random = new Random(seed ^ name.hashCode());
    double spread = shape.length == 1 ? 0.3 : 2 / Math.sqrt(shape[1]);
    for (int i = 0; i < elements; i++) {
      float value = (float) (random.nextGaussian() * spread);
      switch (type) {
        case F32 -> bytes.putFloat(4 * i, value);
        case BF16 -> bytes.putShort(2 * i, (short) (Float.floatToIntBits(value) >>> 16));
        case F16 -> bytes.putShort(2 * i, (short) (i % 0x7c00 | (i & 1) << 15));
      }
    }
    return new Tensor(name, type, IntStream.of(shape).boxed().toList(), bytes);
  }

  private record Tensor(String name, ElementType type, List<Integer> shape, ByteBuffer bytes)
      implements WeightTensor {
    @Override
    public ByteBuffer rows(int first, int count) {
      int rowBytes = rowLength() * type.bytes();
      return bytes.slice(first * rowBytes, count * rowBytes).order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  /** All elements in float32. */
  static float[] values(WeightTensor tensor) {
    float[] values = new float[tensor.rowCount() * tensor.rowLength()];
    tensor.type().decode(tensor.rows(0, tensor.rowCount()), values, 0, values.length);
    return values;
  }
}
