package dev.espalier.bench;

import dev.espalier.engine.model.ElementType;
import dev.espalier.engine.model.WeightSource;
import dev.espalier.engine.model.WeightTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Random bfloat16 weights of any model, equal in every run: speed does not depend on values. */
public final class RandomWeights implements WeightSource {
  private static final double SPREAD = 0.02;

  @Override
  public WeightTensor tensor(String name, int... shape) {
    return new RandomTensor(name, IntStream.of(shape).boxed().toList());
  }

  /** Weights around 0, those of norms 1. */
  private record RandomTensor(String name, List<Integer> shape) implements WeightTensor {

    @Override
    public ElementType type() {
      return ElementType.BF16;
    }

    @Override
    public ByteBuffer rows(int first, int count) {
      int length = Math.multiplyExact(count, rowLength());
      ByteBuffer bytes = ByteBuffer.allocate(2 * length).order(ByteOrder.LITTLE_ENDIAN);
      SplittableRandom random = new SplittableRandom(31L * name.hashCode() + first);
      boolean norm = name.contains("norm");
      for (int i = 0; i < length; i++) {
        float value = norm ? 1 : (float) ((random.nextDouble() - 0.5) * 2 * SPREAD);
        bytes.putShort(2 * i, (short) (Float.floatToIntBits(value) >>> 16));
      }
      return bytes;
    }
  }
}
