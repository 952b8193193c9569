package dev.espalier.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random checkpoints of every family against transformers in float32. The prompt is longer than the
 * sliding windows; {@code src/test/python/make_family_goldens.py} made the files.
 */
class FamilyGoldenTest {
  private static final double TOLERANCE = 1e-4;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama2",
        "llama3.2",
        "llama-biases",
        "mistral",
        "qwen2.5",
        "qwen2.5-yarn",
        "qwen3",
        "gemma2",
        "gemma3",
        "gemma2-256",
        "gemma3-256",
        "qwen2-windows-everywhere",
        "qwen2-windows-nowhere",
        "mistral-layer-types",
        "llama-tied-other-head",
        "llama-tied-head-only"
      })
  void logprobsAndGreedyTokensEqualTransformers(String family)
      throws IOException, URISyntaxException {
    Path directory =
        Path.of(FamilyGoldenTest.class.getResource("/golden/families/" + family).toURI());
    JsonNode golden = new ObjectMapper().readTree(directory.resolve("golden.json").toFile());
    int[] prompt = ints(golden.get("prompt"));
    int[] expected = ints(golden.get("greedy"));
    try (TestModel model = TestModel.open(directory, 2)) {
      float[][] logits = model.logits(prompt);
      for (int i = 0; i + 1 < prompt.length; i++) {
        assertThat(TestModel.logprobs(logits[i])[prompt[i + 1]])
            .as("log-probability of prompt token %d", i + 1)
            .isCloseTo(golden.get("promptLogprobs").get(i).doubleValue(), within(TOLERANCE));
      }
      float[] last = logits[prompt.length - 1];
      List<Integer> greedy = new ArrayList<>();
      for (int i = 0; i < expected.length; i++) {
        int token = TestModel.argmax(last);
        assertThat(TestModel.logprobs(last)[token])
            .as("log-probability of generated token %d", i)
            .isCloseTo(golden.get("greedyLogprobs").get(i).doubleValue(), within(TOLERANCE));
        greedy.add(token);
        last = model.next(token, prompt.length + i);
      }
      assertThat(greedy).isEqualTo(IntStream.of(expected).boxed().toList());
    }
  }

  private static int[] ints(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.get(i).intValue()).toArray();
  }
}
