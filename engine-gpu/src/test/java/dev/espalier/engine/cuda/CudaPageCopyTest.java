package dev.espalier.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.Dtype;
import dev.espalier.engine.forward.ForwardBatch;
import dev.espalier.engine.forward.ForwardBatch.Output;
import dev.espalier.engine.forward.ForwardBatch.PageCopy;
import dev.espalier.engine.forward.ForwardBatch.Slice;
import dev.espalier.engine.forward.ModelRunner;
import dev.espalier.engine.model.AttentionConfig;
import dev.espalier.engine.model.ComputedWeights;
import dev.espalier.engine.model.GateFunction;
import dev.espalier.engine.model.ModelConfig;
import dev.espalier.engine.model.Rope;
import dev.espalier.engine.model.TransformerRunner;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A sequence that goes on from copied pages gets the logits of the pages' owner. */
@Tag("sanitizer")
class CudaPageCopyTest {
  private static final int PAGE = TransformerRunner.PAGE_SIZE;
  private static final int VOCABULARY = 300;
  private static final int LENGTH = 3 * PAGE;
  private static final int[] OWNER = {0, 1, 2};
  private static final int[] OTHER = {3, 4, 5};

  @ParameterizedTest
  @EnumSource(
      value = Dtype.class,
      names = {"BFLOAT16", "FLOAT32"})
  void copiedPagesServeAsTheirOriginals(Dtype dtype) {
    int[] tokens = new Random(1).ints(LENGTH, 0, VOCABULARY).toArray();
    int[] others = new Random(2).ints(LENGTH, 0, VOCABULARY).toArray();
    CudaOperations operations = Gpu.open(64, dtype);
    try (ModelRunner runner = runner(operations)) {
      for (int kept : new int[] {1, 5, PAGE - 1, PAGE}) {
        int start = PAGE + kept;
        logits(runner, operations, List.of(), tokens, 0, OWNER);
        logits(runner, operations, List.of(), others, 0, OTHER);
        float[] original = logits(runner, operations, List.of(), tokens, start, OWNER);
        assertThat(logits(runner, operations, List.of(), tokens, start, OTHER))
            .isNotEqualTo(original);
        logits(runner, operations, List.of(), others, 0, OTHER);
        // The last copy reads what the one before it wrote.
        List<PageCopy> copies =
            List.of(new PageCopy(0, 3, PAGE), new PageCopy(1, 6, PAGE), new PageCopy(6, 4, kept));
        assertThat(logits(runner, operations, copies, tokens, start, OTHER))
            .as("%d tokens of a page", kept)
            .isEqualTo(original);
      }
    }
  }

  /** Logits of the last two tokens, so that this is no decode step, computed from {@code start}. */
  private static float[] logits(
      ModelRunner runner,
      CudaOperations operations,
      List<PageCopy> copies,
      int[] tokens,
      int start,
      int[] pages) {
    int[] part = Arrays.copyOfRange(tokens, start, tokens.length);
    List<Output> outputs =
        IntStream.of(part.length - 2, part.length - 1)
            .mapToObj(index -> new Output(index, 0, 0, null))
            .toList();
    runner.run(new ForwardBatch(copies, List.of(new Slice(part, start, pages, outputs))));
    return operations.instruments().logits();
  }

  /** Two layers of two key-value heads. */
  private static ModelRunner runner(CudaOperations operations) {
    ComputedWeights weights =
        new ComputedWeights(
            (name, row, column) ->
                name.contains("norm") ? 1 : ComputedWeights.noise(1, name, row, column) / 8);
    AttentionConfig attention =
        new AttentionConfig(4, 2, 64, 0.125f, 0, 0, Rope.of(new float[32], 1));
    ModelConfig config =
        new ModelConfig(
            "Test",
            VOCABULARY,
            128,
            128,
            4096,
            1e-5f,
            0,
            1,
            GateFunction.SILU,
            0,
            false,
            new ModelConfig.LayerParts(false, false, false, false, false),
            List.of(attention, attention));
    return TransformerRunner.load(config, weights, operations, 1 << 20);
  }
}
