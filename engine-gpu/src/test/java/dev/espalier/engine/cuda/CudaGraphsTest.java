package dev.espalier.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.forward.BatchLayout;
import dev.espalier.engine.forward.ForwardBatch;
import dev.espalier.engine.forward.ForwardBatch.Output;
import dev.espalier.engine.forward.ForwardBatch.Slice;
import dev.espalier.engine.forward.ModelRunner;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Captured steps on a GPU. */
class CudaGraphsTest {
  private static final int[] INPUT = {3, 14, 15, 92, 65};

  @Test
  void aStepThatFailsWhileItIsCapturedHarmsNoOther() {
    int[] expected;
    try (ModelRunner undisturbed = Nano.load(Gpu.open(256))) {
      expected = Nano.greedy(undisturbed, INPUT, 20);
    }
    CudaOperations operations = Gpu.open(256);
    try (ModelRunner runner = Nano.load(operations)) {
      operations.begin(decode(runner, 8));
      assertThat(Nano.greedy(runner, INPUT, 20)).isEqualTo(expected);
      operations.begin(decode(runner, 16));
    }
  }

  /** One token of each of {@code rows} sequences. */
  private static BatchLayout decode(ModelRunner runner, int rows) {
    Output output = new Output(0, -1, 0, null);
    List<Slice> slices =
        IntStream.range(0, rows)
            .mapToObj(row -> new Slice(new int[] {row}, 0, new int[] {row}, List.of(output)))
            .toList();
    return BatchLayout.of(
        new ForwardBatch(List.of(), slices),
        runner.vocabularySize(),
        runner.pageSize(),
        runner.pages(),
        null);
  }
}
