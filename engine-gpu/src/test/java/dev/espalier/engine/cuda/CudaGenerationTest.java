package dev.espalier.engine.cuda;

import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.GenerationContract;
import dev.espalier.engine.checkpoint.Checkpoint;
import dev.espalier.engine.forward.ForwardBatch;
import dev.espalier.engine.forward.ForwardBatch.Output;
import dev.espalier.engine.forward.ForwardBatch.Slice;
import dev.espalier.engine.forward.ModelRunner;
import dev.espalier.engine.model.TransformerRunner;
import dev.espalier.engine.open.ModelDirectory;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The built-in model on a GPU: what its engine chooses, and the logits of each history alone. */
class CudaGenerationTest extends GenerationContract {
  private static final long CACHE_BYTES = 64 << 20;

  @Test
  void outputsAreThoseOfThePlainReference() {
    CudaOperations operations = Gpu.open(256);
    try (Checkpoint checkpoint = Checkpoint.open(ModelDirectory.resolve("builtin:nano").path());
        ModelRunner alone =
            TransformerRunner.load(checkpoint.config(), checkpoint, operations, CACHE_BYTES)) {
      EngineOptions options =
          EngineOptions.defaults().withMaxBatchTokens(64).withKvCacheBytes(CACHE_BYTES);
      try (Engine engine = engine(Gpu.load(checkpoint, options))) {
        compare(engine, tokens -> logits(alone, operations, tokens), 0, 300, 1);
        engine.checkIntegrity();
      }
    }
  }

  private static float[] logits(ModelRunner alone, CudaOperations operations, int[] tokens) {
    int[] pages = IntStream.rangeClosed(0, tokens.length / alone.pageSize()).toArray();
    Output output = new Output(tokens.length - 1, -1, 0, null);
    Slice slice = new Slice(tokens, 0, pages, List.of(output));
    alone.run(new ForwardBatch(List.of(), List.of(slice)));
    return Arrays.copyOf(operations.instruments().logits(), alone.vocabularySize());
  }
}
