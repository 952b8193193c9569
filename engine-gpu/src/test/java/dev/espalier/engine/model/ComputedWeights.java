package dev.espalier.engine.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Weights in bfloat16 that a function gives, of any shape.
 *
 * @param values of each tensor, rounded toward zero
 */
public record ComputedWeights(Values values) implements WeightSource {

  /** The value at a place of a tensor. */
  @FunctionalInterface
  public interface Values {
    double at(String name, int row, int column);
  }

  /** A number that looks normally distributed and is a function of its arguments alone. */
  public static double noise(long seed, String name, int row, int column) {
    long hash = mix(mix(mix(seed + name.hashCode()) + row) + column);
    double sum = 0;
    for (int shift = 0; shift < 64; shift += 16) {
      sum += (hash >>> shift & 0xffff) / 65536.0;
    }
    return (sum - 2) * Math.sqrt(3);
  }

  private static long mix(long x) {
    x = (x ^ (x >>> 30)) * 0xbf58476d1ce4e5b9L;
    x = (x ^ (x >>> 27)) * 0x94d049bb133111ebL;
    return (x ^ (x >>> 31)) + 0x9e3779b97f4a7c15L;
  }

  @Override
  public WeightTensor tensor(String name, int... shape) {
    return new Tensor(name, IntStream.of(shape).boxed().toList(), values);
  }

  private record Tensor(String name, List<Integer> shape, Values values) implements WeightTensor {
    @Override
    public ElementType type() {
      return ElementType.BF16;
    }

    @Override
    public ByteBuffer rows(int first, int count) {
      ByteBuffer bytes = ByteBuffer.allocate(count * rowLength() * Short.BYTES);
      bytes.order(ByteOrder.LITTLE_ENDIAN);
      for (int row = first; row < first + count; row++) {
        for (int column = 0; column < rowLength(); column++) {
          float value = (float) values.at(name, row, column);
          bytes.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
        }
      }
      return bytes.flip();
    }
  }
}
