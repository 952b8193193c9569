package dev.espalier.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The built-in model against float32 transformers; the golden file says how it was made. */
class NanoGoldenTest {
  private static final double TOLERANCE = 1e-4;

  @Test
  void logprobsAndGreedyTokensEqualTransformers() throws IOException, URISyntaxException {
    JsonNode golden;
    try (InputStream in = NanoGoldenTest.class.getResourceAsStream("/golden/nano.json")) {
      golden = new ObjectMapper().readTree(in);
    }
    Path directory =
        Path.of(
                NanoGoldenTest.class
                    .getResource("/dev/espalier/engine/builtin/nano/config.json")
                    .toURI())
            .getParent();
    try (TestModel model = TestModel.open(directory, 2)) {
      for (JsonNode prompt : golden.get("prompts")) {
        check(model, prompt);
      }
    }
  }

  private static void check(TestModel model, JsonNode prompt) {
    int[] input = ints(prompt.get("input_ids"));
    float[][] logits = model.logits(input);
    float[] last = logits[input.length - 1];
    double[] logprobs = TestModel.logprobs(last);
    for (JsonNode top : prompt.get("top5")) {
      int id = top.get("id").intValue();
      assertThat(logprobs[id]).isCloseTo(top.get("logprob").doubleValue(), within(TOLERANCE));
      assertThat((double) last[id]).isCloseTo(top.get("logit").doubleValue(), within(TOLERANCE));
    }
    List<Integer> greedy = new ArrayList<>();
    int[] expected = ints(prompt.get("greedy_ids"));
    for (int i = 0; i < expected.length; i++) {
      greedy.add(TestModel.argmax(last));
      last = model.next(greedy.get(i), input.length + i);
    }
    assertThat(greedy).isEqualTo(IntStream.of(expected).boxed().toList());
    int[] continuation = ints(prompt.get("continuation_ids"));
    float[][] scored =
        model.logits(IntStream.concat(IntStream.of(input), IntStream.of(continuation)).toArray());
    for (int i = 0; i < continuation.length; i++) {
      assertThat(TestModel.logprobs(scored[input.length - 1 + i])[continuation[i]])
          .isCloseTo(prompt.get("continuation_logprobs").get(i).doubleValue(), within(TOLERANCE));
    }
  }

  private static int[] ints(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.get(i).intValue()).toArray();
  }
}
