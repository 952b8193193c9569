package dev.espalier.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.engine.Dtype;
import dev.espalier.engine.forward.ForwardResult.OutputResult;
import dev.espalier.engine.forward.ModelRunner;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models in float32 on the GPU against transformers in float32, and alone against in company. */
class Float32Test {
  private static final double NANO_TOLERANCE = 1e-3;
  private static final double FAMILY_TOLERANCE = 1e-4;

  @Test
  void theBuiltInModelGivesItsGoldenTokensAndLogprobs() throws IOException, URISyntaxException {
    try (ModelRunner runner = Nano.load(Gpu.open(512, Dtype.FLOAT32))) {
      for (JsonNode prompt : Nano.golden()) {
        int[] input = Nano.ints(prompt.get("input_ids"));
        int[] expected = Nano.ints(prompt.get("greedy_ids"));
        assertThat(Nano.greedy(runner, input, expected.length)).isEqualTo(expected);
        int[] continuation = Nano.ints(prompt.get("continuation_ids"));
        List<OutputResult> results =
            Nano.score(runner, joined(input, continuation), input.length, continuation, 5);
        for (int i = 0; i < continuation.length; i++) {
          assertThat((double) results.get(i).targetLogprob())
              .isCloseTo(
                  prompt.get("continuation_logprobs").get(i).doubleValue(), within(NANO_TOLERANCE));
        }
        JsonNode top = prompt.get("top5");
        for (int i = 0; i < top.size(); i++) {
          assertThat(results.get(0).alternativeTokens()[i])
              .isEqualTo(top.get(i).get("id").intValue());
          assertThat((double) results.get(0).alternativeLogprobs()[i])
              .isCloseTo(top.get(i).get("logprob").doubleValue(), within(NANO_TOLERANCE));
        }
      }
    }
  }

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
        "gemma2-256",
        "gemma3",
        "gemma3-256"
      })
  void everyFamilyGivesItsGoldenTokensAndLogprobs(String family)
      throws IOException, URISyntaxException {
    Path directory = Path.of(Float32Test.class.getResource("/golden/families/" + family).toURI());
    JsonNode golden = new ObjectMapper().readTree(directory.resolve("golden.json").toFile());
    int[] prompt = Nano.ints(golden.get("prompt"));
    int[] expected = Nano.ints(golden.get("greedy"));
    try (ModelRunner runner = Nano.load(directory, Gpu.open(512, Dtype.FLOAT32))) {
      assertThat(Nano.greedy(runner, prompt, expected.length)).isEqualTo(expected);
      int[] all = joined(prompt, expected);
      int[] targets = IntStream.range(1, all.length).map(i -> all[i]).toArray();
      List<OutputResult> results = Nano.score(runner, all, 1, targets, 0);
      for (int i = 0; i < targets.length; i++) {
        boolean generated = i >= prompt.length - 1;
        double logprob =
            generated
                ? golden.get("greedyLogprobs").get(i - prompt.length + 1).doubleValue()
                : golden.get("promptLogprobs").get(i).doubleValue();
        assertThat((double) results.get(i).targetLogprob())
            .as("log-probability of token %d", i + 1)
            .isCloseTo(logprob, within(FAMILY_TOLERANCE));
      }
    }
  }

  private static int[] joined(int[] first, int[] second) {
    return IntStream.concat(IntStream.of(first), IntStream.of(second)).toArray();
  }
}
