package dev.espalier.engine.model;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Which weights a model takes, found by loading them from nowhere. */
public final class WeightShapes {
  private final Map<String, List<Integer>> shapes = new LinkedHashMap<>();

  /** The shape of each weight by its name, in the order of loading. */
  public static Map<String, List<Integer>> of(ModelConfig config) {
    WeightShapes asked = new WeightShapes();
    TransformerWeights.load(config, asked::note, new Nothing());
    return Collections.unmodifiableMap(asked.shapes);
  }

  private WeightTensor note(String name, int... shape) {
    List<Integer> lengths = IntStream.of(shape).boxed().toList();
    shapes.put(name, lengths);
    return new Shape(name, lengths);
  }

  /** A tensor without elements. */
  private record Shape(String name, List<Integer> shape) implements WeightTensor {
    @Override
    public ElementType type() {
      return ElementType.F32;
    }

    @Override
    public ByteBuffer rows(int first, int count) {
      throw new UnsupportedOperationException("a shape has no elements");
    }
  }

  /** Takes weights and forgets them. */
  private static final class Nothing implements WeightReceiver {
    @Override
    public Operations.Matrix matrix(List<WeightTensor> parts, List<WeightTensor> biases) {
      return null;
    }

    @Override
    public Operations.Matrix gatedMatrix(
        WeightTensor gate, WeightTensor up, List<WeightTensor> biases) {
      return null;
    }

    @Override
    public Operations.Norm norm(WeightTensor weight, float epsilon, float offset) {
      return null;
    }
  }
}
