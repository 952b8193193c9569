package dev.espalier.engine.cpu;

import dev.espalier.engine.WeightFormat;
import dev.espalier.engine.model.Operations;
import dev.espalier.engine.model.OperationsContract;
import dev.espalier.engine.model.OperationsSubject;
import dev.espalier.engine.sample.LogitsSampler;
import java.util.Arrays;

class CpuOperationsTest extends OperationsContract {

  @Override
  public OperationsSubject open(int maxRows) {
    return new Subject(maxRows);
  }

  /** The operations of the CPU, in float32. */
  static final class Subject extends OperationsSubject {
    Subject(int maxRows) {
      super(
          new CpuOperations(
              maxRows,
              2,
              WeightFormat.CHECKPOINT,
              vocabulary -> {
                LogitsSampler sampler = new LogitsSampler(vocabulary);
                return sampler::sample;
              }));
    }

    @Override
    public float[][] values(Operations.Activation activation, int rows) {
      CpuActivation from = (CpuActivation) activation;
      float[][] values = new float[rows][];
      for (int row = 0; row < rows; row++) {
        int at = row * from.stride();
        values[row] = Arrays.copyOfRange(from.data(), at, at + from.columns());
      }
      return values;
    }

    @Override
    public double round(double value) {
      return (float) value;
    }

    @Override
    public double unit() {
      return 1e-5;
    }
  }
}
