package dev.espalier.bench;

import dev.espalier.engine.cuda.Instruments;
import dev.espalier.engine.model.WeightSource;
import dev.espalier.engine.model.WeightTensor;
import java.util.Arrays;

/**
 * Weights of any shape for measurements, the same for every name and shape. A matrix keeps the size
 * of what it multiplies.
 */
public final class NoiseWeights implements WeightSource {

  @Override
  public WeightTensor tensor(String name, int... shape) {
    float deviation = shape.length == 2 ? (float) (1 / Math.sqrt(shape[1])) : 0;
    long seed = (long) name.hashCode() << 20;
    return Instruments.noise(name, Arrays.stream(shape).boxed().toList(), deviation, seed);
  }
}
