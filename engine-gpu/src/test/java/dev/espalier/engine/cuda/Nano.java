package dev.espalier.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.engine.ModelDirectory;
import dev.espalier.engine.checkpoint.Checkpoint;
import dev.espalier.engine.model.TransformerRunner;
import dev.espalier.engine.step.ModelRunner;
import dev.espalier.engine.step.StepBatch;
import dev.espalier.engine.step.StepBatch.Output;
import dev.espalier.engine.step.StepBatch.Slice;
import dev.espalier.engine.step.StepResult.OutputResult;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The built-in model, its golden file, and single sequences to run on a model. */
final class Nano {
  private static final long CACHE_BYTES = 256 << 20;
  private static final int OUTPUTS = 40; // of each sequence whose bits are compared

  private Nano() {}

  static ModelRunner load(CudaOperations operations) {
    return load(operations, CACHE_BYTES);
  }

  static ModelRunner load(CudaOperations operations, long cacheBytes) {
    return load(ModelDirectory.resolve("builtin:nano").path(), operations, cacheBytes);
  }

  static ModelRunner load(Path directory, CudaOperations operations) {
    return load(directory, operations, CACHE_BYTES);
  }

  private static ModelRunner load(Path directory, CudaOperations operations, long cacheBytes) {
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      return TransformerRunner.load(checkpoint.config(), checkpoint, operations, cacheBytes);
    }
  }

  /** Prompts with what transformers makes of them in float32. */
  static JsonNode golden() throws IOException {
    try (InputStream in = Nano.class.getResourceAsStream("/golden/nano.json")) {
      return new ObjectMapper().readTree(in).get("prompts");
    }
  }

  /** The {@code outputs} likeliest tokens after {@code input}, one step each. */
  static int[] greedy(ModelRunner runner, int[] input, int outputs) {
    Traffic sequence = new Traffic(0, input, outputs);
    sequence.place(pages(runner, sequence.length()), 0);
    while (!sequence.done()) {
      Slice slice = sequence.next(Integer.MAX_VALUE);
      OutputResult result =
          runner.run(new StepBatch(List.of(), List.of(slice))).slices().get(0).get(0);
      sequence.ran(slice, result.chosen());
    }
    int[] tokens = sequence.tokens();
    return Arrays.copyOfRange(tokens, input.length, tokens.length);
  }

  /**
   * Reports of {@code targets} in one step over {@code tokens}.
   *
   * @param from place of the first target in {@code tokens}
   */
  static List<OutputResult> score(
      ModelRunner runner, int[] tokens, int from, int[] targets, int alternatives) {
    List<Output> outputs = new ArrayList<>();
    for (int i = 0; i < targets.length; i++) {
      outputs.add(new Output(from - 1 + i, targets[i], alternatives, null));
    }
    Slice slice = new Slice(tokens, 0, pages(runner, tokens.length), outputs);
    return runner.run(new StepBatch(List.of(), List.of(slice))).slices().get(0);
  }

  /** Checks that no bit of what 256 sequences get depends on their company. */
  static void checkBits(ModelRunner runner, CudaOperations operations) {
    BitEquality check = new BitEquality(runner, operations::logits, operations::share, OUTPUTS, 3);
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

  private static int[] pages(ModelRunner runner, int positions) {
    int pages = (positions + runner.pageSize() - 1) / runner.pageSize();
    return IntStream.range(0, pages).toArray();
  }

  static int[] ints(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.get(i).intValue()).toArray();
  }
}
