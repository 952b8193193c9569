package dev.espalier.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.engine.forward.ModelRunner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A cache that takes what a warm-up leaves, beside one of a given size. */
class CudaWarmUpTest {
  private static final int PROMPTS = 3;
  private static final long MOST_LEFT = 2L << 30;

  @Test
  void pagesTakeWhatIsFreeAndOutputsStayTheSame() throws IOException {
    CudaOperations operations = Gpu.open(512);
    List<int[]> expected;
    int pages;
    try (ModelRunner runner = Nano.load(operations)) {
      expected = outputs(runner);
      pages = runner.pages();
    }
    operations = Gpu.open(512);
    try (ModelRunner runner = Nano.load(operations, 0)) {
      assertThat(runner.pages()).isGreaterThan(pages);
      assertThat(operations.device().freeBytes()).isBetween(1L, MOST_LEFT);
      assertThat(outputs(runner)).containsExactlyElementsOf(expected);
      assertThat(operations.device().freeBytes()).isPositive();
    }
  }

  private static List<int[]> outputs(ModelRunner runner) throws IOException {
    List<int[]> outputs = new ArrayList<>();
    for (JsonNode prompt : Nano.golden()) {
      if (outputs.size() < PROMPTS) {
        int[] input = Nano.ints(prompt.get("input_ids"));
        outputs.add(Nano.greedy(runner, input, prompt.get("greedy_ids").size()));
      }
    }
    return outputs;
  }
}
