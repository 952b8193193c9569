package dev.espalier.engine.cuda;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.engine.checkpoint.Checkpoint;
import dev.espalier.engine.forward.ForwardBatch;
import dev.espalier.engine.forward.ForwardBatch.Output;
import dev.espalier.engine.forward.ForwardBatch.Slice;
import dev.espalier.engine.forward.ForwardResult.OutputResult;
import dev.espalier.engine.forward.ModelRunner;
import dev.espalier.engine.forward.TokenChoice;
import dev.espalier.engine.model.TransformerRunner;
import dev.espalier.engine.open.ModelDirectory;
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

  private static final TokenChoice GREEDY =
      new TokenChoice(
          0,
          0,
          1,
          0,
          1,
          0,
          0,
          new int[0],
          new int[0],
          new int[0],
          new int[0],
          new float[0],
          null,
          0,
          0);

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
    int[] tokens = Arrays.copyOf(input, input.length + outputs);
    int[] pages = pages(runner, tokens.length);
    int start = 0;
    for (int known = input.length; known < tokens.length; known++) {
      int[] part = Arrays.copyOfRange(tokens, start, known);
      Output last = new Output(part.length - 1, -1, 0, GREEDY);
      Slice slice = new Slice(part, start, pages, List.of(last));
      tokens[known] =
          runner.run(new ForwardBatch(List.of(), List.of(slice))).slices().get(0).get(0).chosen();
      start = known;
    }
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
    return runner.run(new ForwardBatch(List.of(), List.of(slice))).slices().get(0);
  }

  private static int[] pages(ModelRunner runner, int positions) {
    int pages = (positions + runner.pageSize() - 1) / runner.pageSize();
    return IntStream.range(0, pages).toArray();
  }

  static int[] ints(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.get(i).intValue()).toArray();
  }
}
