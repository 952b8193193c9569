package dev.espalier.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.bench.BitEquality;
import dev.espalier.bench.ModelShapes;
import dev.espalier.bench.NoiseWeights;
import dev.espalier.engine.Dtype;
import dev.espalier.engine.forward.ModelRunner;
import dev.espalier.engine.model.TransformerRunner;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The built-in model's bits alone and in company, and the distance of the two types, on a GPU. */
class CudaBitEqualityTest {
  private static final int OUTPUTS = 40; // of each sequence whose bits are compared
  private static final double BFLOAT16_DISTANCE = 0.03; // of 16 layers, 2^-9 each rounding

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void bfloat16LogitsDoNotDependOnCompany(boolean portable) {
    checkBits(Gpu.open(2048, limits -> portable ? limits.withoutWgmma() : limits));
  }

  @Test
  void float32LogitsDoNotDependOnCompany() {
    checkBits(Gpu.open(2048, Dtype.FLOAT32));
  }

  private static void checkBits(CudaOperations operations) {
    try (ModelRunner runner = Nano.load(operations, 1L << 30)) {
      BitEquality check =
          new BitEquality(
              runner,
              operations.instruments()::logits,
              operations.instruments()::share,
              OUTPUTS,
              3);
      List<BitEquality.Outcome> outcomes = new ArrayList<>();
      check.run(outcomes::add);
      assertThat(check.sequences()).isEqualTo(256);
      assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome.different()).isZero());
      assertThat(outcomes)
          .filteredOn(o -> o.check().startsWith("random"))
          .hasSize(2)
          .allSatisfy(outcome -> assertThat(outcome.compared()).isEqualTo(256 * OUTPUTS));
      assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome.compared()).isPositive());
    }
  }

  @Test
  void bfloat16StaysNearFloat32OnTheSameWeights() {
    int[] tokens = new Random(9).ints(400, 0, 100_000).toArray();
    float[] exact = lastLogits(Dtype.FLOAT32, tokens);
    float[] rounded = lastLogits(Dtype.BFLOAT16, tokens);
    double distance = 0;
    double norm = 0;
    for (int i = 0; i < exact.length; i++) {
      distance += Math.pow((double) rounded[i] - exact[i], 2);
      norm += Math.pow(exact[i], 2);
    }
    assertThat(Math.sqrt(distance / norm)).isBetween(1e-4, BFLOAT16_DISTANCE);
  }

  /** Logits of the last 100 tokens, in the shape of Llama 3.2 1B with random weights. */
  private static float[] lastLogits(Dtype dtype, int[] tokens) {
    CudaOperations operations = Gpu.open(512, dtype);
    try (ModelRunner runner =
        TransformerRunner.load(
            ModelShapes.all().get("llama-3.2-1b"), new NoiseWeights(), operations, 64 << 20)) {
      Nano.score(runner, tokens, tokens.length - 99, Arrays.copyOf(tokens, 100), 0);
      return operations.instruments().logits();
    }
  }
}
