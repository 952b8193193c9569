package dev.espalier.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.model.Checkpoint;
import dev.espalier.engine.model.ModelRunner;
import dev.espalier.engine.model.StepBatch;
import dev.espalier.engine.model.StepBatch.Output;
import dev.espalier.engine.model.StepBatch.Slice;
import dev.espalier.engine.model.StepResult.OutputResult;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random checkpoints of the families whose heads fit the kernels, on a GPU in bfloat16, against
 * transformers in float32: log-probabilities of a prompt that is longer than the sliding windows,
 * and of the tokens that transformers chose after it.
 */
class CudaFamilyGoldenTest {
  private static final double TOLERANCE = 0.06;

  @ParameterizedTest
  @ValueSource(strings = {"llama3.2", "qwen3", "gemma2"})
  void logprobsAreThoseOfTransformers(String family) throws IOException, URISyntaxException {
    Path directory =
        Path.of(CudaFamilyGoldenTest.class.getResource("/golden/families/" + family).toURI());
    JsonNode golden = new ObjectMapper().readTree(directory.resolve("golden.json").toFile());
    int[] prompt = ints(golden.get("prompt"));
    int[] greedy = ints(golden.get("greedy"));
    int[] all = IntStream.concat(IntStream.of(prompt), IntStream.of(greedy)).toArray();
    EngineOptions options = EngineOptions.defaults().withKvCacheBytes(16 << 20);
    try (Checkpoint checkpoint = Checkpoint.open(directory);
        ModelRunner runner = Gpu.load(checkpoint, options)) {
      List<Output> outputs = new ArrayList<>();
      for (int i = 0; i + 1 < all.length; i++) {
        outputs.add(new Output(i, all[i + 1], 0, null));
      }
      int[] pages = IntStream.rangeClosed(0, all.length / runner.pageSize()).toArray();
      Slice slice = new Slice(all, 0, pages, outputs);
      List<OutputResult> results =
          runner.run(new StepBatch(List.of(), List.of(slice))).slices().get(0);
      for (int i = 0; i + 1 < all.length; i++) {
        JsonNode expected =
            i + 1 < prompt.length
                ? golden.get("promptLogprobs").get(i)
                : golden.get("greedyLogprobs").get(i + 1 - prompt.length);
        assertThat((double) results.get(i).targetLogprob())
            .as("log-probability of token %d", i + 1)
            .isCloseTo(expected.doubleValue(), within(TOLERANCE));
      }
    }
  }

  private static int[] ints(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.get(i).intValue()).toArray();
  }
}
