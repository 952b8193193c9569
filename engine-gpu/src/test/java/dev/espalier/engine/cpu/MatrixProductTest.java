package dev.espalier.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.engine.WeightFormat;
import dev.espalier.engine.model.ElementType;
import dev.espalier.engine.model.GateFunction;
import dev.espalier.engine.model.WeightTensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Products against a scalar loop in the canonical order: the same bits at every size. */
class MatrixProductTest {
  private static final int[] OUTPUTS = {1, 31, 64, 65, 130};
  private static final int[] INPUTS = {1, 2, 17, 512, 513, 1100};
  private static final int[] ROWS = {1, 2, 4, 5, 9, 10, 13, 193};

  private final Workers workers = new Workers(2);
  private final MatrixPacker packer = new MatrixPacker(workers, WeightFormat.CHECKPOINT);
  private final MatrixProduct product = new MatrixProduct(workers);

  @AfterEach
  void close() {
    workers.close();
  }

  @ParameterizedTest
  @EnumSource(
      value = ElementType.class,
      names = {"BF16", "F32"})
  void productHasTheBitsOfAScalarLoopAtEverySize(ElementType type) {
    for (int outputs : OUTPUTS) {
      for (int inputs : INPUTS) {
        WeightTensor weight = new TestWeights(type, 1).tensor("w", outputs, inputs);
        WeightTensor bias = new TestWeights(type, 1).tensor("b", outputs);
        PackedMatrix matrix = packer.stack(List.of(weight), List.of(bias));
        for (int rows : ROWS) {
          float[] in = random(rows, inputs);
          float[] out = multiply(in, rows, matrix, null);
          float[] expected = new float[out.length];
          float[] b = TestWeights.values(bias);
          for (int row = 0; row < rows; row++) {
            for (int j = 0; j < outputs; j++) {
              expected[row * Lanes.align(outputs) + j] = dot(in, row, weight, j) + b[j];
            }
          }
          assertThat(out)
              .as("%s %d outputs, %d inputs, %d rows", type, outputs, inputs, rows)
              .isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void productOfEightBitWeightsHasTheBitsOfAScalarLoopAtEverySize() {
    MatrixPacker quantizing = new MatrixPacker(workers, WeightFormat.INT8);
    for (int outputs : OUTPUTS) {
      for (int inputs : INPUTS) {
        WeightTensor weight = new TestWeights(ElementType.BF16, 1).tensor("w", outputs, inputs);
        PackedMatrix matrix = quantizing.stack(List.of(weight), List.of());
        for (int rows : ROWS) {
          float[] in = random(rows, inputs);
          float[] out = multiply(in, rows, matrix, null);
          for (int j = 0; j < outputs; j++) {
            float[] w = new float[inputs];
            weight.type().decode(weight.rows(j, 1), w, 0, inputs);
            for (int row : new int[] {0, rows - 1}) {
              assertThat(out[row * Lanes.align(outputs) + j])
                  .as("%d outputs, %d inputs, row %d of %d", outputs, inputs, row, rows)
                  .isEqualTo(quantizedDot(in, row * Lanes.align(inputs), w));
            }
          }
        }
      }
    }
  }

  /** The canonical order of quantised weights, which this quantises anew. */
  private static float quantizedDot(float[] in, int offset, float[] weights) {
    float total = 0;
    for (int begin = 0; begin < weights.length; begin += 64) {
      int end = Math.min(weights.length, begin + 64);
      float largest = 0;
      for (int k = begin; k < end; k++) {
        largest = Math.max(largest, Math.abs(weights[k]));
      }
      float scale = largest / 127;
      float sum = 0;
      for (int k = begin; k < end; k++) {
        sum = Math.fma(in[offset + k], (float) Math.round(weights[k] / scale), sum);
      }
      total = Math.fma(sum, scale, total);
    }
    return total;
  }

  @Test
  void rowsOfEightBitWeightsAreWithinHalfAStepOfTheirTensor() {
    WeightTensor weight = new TestWeights(ElementType.BF16, 4).tensor("w", 70, 100);
    PackedMatrix matrix =
        new MatrixPacker(workers, WeightFormat.INT8).stack(List.of(weight), List.of());
    float[] all = TestWeights.values(weight);
    float[] out = new float[100];
    for (int row = 0; row < 70; row++) {
      matrix.row(row, out, 0);
      for (int k = 0; k < 100; k++) {
        int group = k / 64 * 64;
        float largest = 0;
        for (int i = group; i < Math.min(100, group + 64); i++) {
          largest = Math.max(largest, Math.abs(all[row * 100 + i]));
        }
        assertThat(out[k]).isCloseTo(all[row * 100 + k], within(largest / 127 * 0.501f));
      }
    }
  }

  @Test
  void stackedPartsAreTheirProductsSideBySide() {
    TestWeights weights = new TestWeights(ElementType.BF16, 2);
    List<WeightTensor> parts =
        List.of(
            weights.tensor("q", 48, 40), weights.tensor("k", 16, 40), weights.tensor("v", 5, 40));
    float[] in = random(3, 40);
    float[] out = multiply(in, 3, packer.stack(parts, List.of()), null);
    int column = 0;
    for (WeightTensor part : parts) {
      for (int j = 0; j < part.rowCount(); j++, column++) {
        assertThat(out[2 * Lanes.align(69) + column]).isEqualTo(dot(in, 2, part, j));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(GateFunction.class)
  void gatedProductMultipliesTheActivatedGateWithUp(GateFunction function) {
    TestWeights weights = new TestWeights(ElementType.BF16, 3);
    for (int outputs : new int[] {1, 32, 33, 100}) {
      WeightTensor gate = weights.tensor("gate", outputs, 70);
      WeightTensor up = weights.tensor("up", outputs, 70);
      List<WeightTensor> biases =
          List.of(weights.tensor("gate.b", outputs), weights.tensor("up.b", outputs));
      float[] in = random(11, 70);
      float[] out = multiply(in, 11, packer.gated(gate, up, biases), function);
      for (int row = 0; row < 11; row++) {
        for (int j = 0; j < outputs; j++) {
          double g = dot(in, row, gate, j) + TestWeights.values(biases.get(0))[j];
          double u = dot(in, row, up, j) + TestWeights.values(biases.get(1))[j];
          double expected = activation(function, g) * u;
          assertThat((double) out[row * Lanes.align(outputs) + j])
              .isCloseTo(expected, within(2e-6 * (1 + Math.abs(expected))));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(ElementType.class)
  void rowsOfAMatrixAreThoseOfItsTensorExactly(ElementType type) {
    for (int inputs : INPUTS) {
      WeightTensor weight = new TestWeights(type, 4).tensor("w", 70, inputs);
      PackedMatrix matrix = packer.stack(List.of(weight), List.of());
      float[] all = TestWeights.values(weight);
      for (int row : new int[] {0, 63, 64, 69}) {
        float[] out = new float[inputs + 3];
        matrix.row(row, out, 2);
        assertThat(Arrays.copyOfRange(out, 2, 2 + inputs))
            .isEqualTo(Arrays.copyOfRange(all, row * inputs, (row + 1) * inputs));
        assertThat(out[inputs + 2]).isZero();
      }
    }
  }

  private float[] multiply(float[] in, int rows, PackedMatrix matrix, GateFunction function) {
    int stride = Lanes.align(matrix.outputs());
    float[] out = new float[rows * stride];
    Arrays.fill(out, Float.NaN); // every value must be written, the padding too
    product.multiply(in, 0, Lanes.align(matrix.inputs()), rows, matrix, function, out, stride);
    return out;
  }

  private static float[] random(int rows, int columns) {
    Random random = new Random(rows * 1000L + columns);
    float[] values = new float[rows * Lanes.align(columns)];
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < columns; i++) {
        values[row * Lanes.align(columns) + i] = (float) random.nextGaussian();
      }
    }
    return values;
  }

  /** The canonical order: chunks of fused multiply-adds from zero, added in ascending order. */
  private static float dot(float[] in, int row, WeightTensor weight, int output) {
    int inputs = weight.rowLength();
    float[] w = new float[inputs];
    weight.type().decode(weight.rows(output, 1), w, 0, inputs);
    float total = 0;
    for (int chunk = 0; chunk < inputs; chunk += PackedMatrix.CHUNK) {
      float sum = 0;
      for (int k = chunk; k < Math.min(inputs, chunk + PackedMatrix.CHUNK); k++) {
        sum = Math.fma(in[row * Lanes.align(inputs) + k], w[k], sum);
      }
      total += sum;
    }
    return total;
  }

  private static double activation(GateFunction function, double x) {
    return switch (function) {
      case SILU -> x / (1 + Math.exp(-x));
      case GELU_TANH ->
          0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
    };
  }
}
