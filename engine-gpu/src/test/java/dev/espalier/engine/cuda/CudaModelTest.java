package dev.espalier.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.engine.forward.ForwardResult.OutputResult;
import dev.espalier.engine.forward.ModelRunner;
import java.io.IOException;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The built-in model on the GPU: golden outputs, and equal bits under random traffic. */
class CudaModelTest {
  // Keys, values and operands are bfloat16 where the golden file is float32.
  private static final double TOLERANCE = 0.08;
  private static final double TIE = 0.1;
  private static final int LEAST_EQUAL = 12; // of 20 prompts, ties included

  @Test
  void greedyTokensAndLogprobsAreThoseOfTransformersUpToTies()
      throws IOException, URISyntaxException {
    try (ModelRunner runner = Nano.load(Gpu.open(512))) {
      int equal = 0;
      for (JsonNode prompt : Nano.golden()) {
        int[] input = Nano.ints(prompt.get("input_ids"));
        int[] expected = Nano.ints(prompt.get("greedy_ids"));
        int[] greedy = Nano.greedy(runner, input, expected.length);
        int tie = firstTie(runner, input, expected);
        assertThat(Arrays.copyOf(greedy, tie)).isEqualTo(Arrays.copyOf(expected, tie));
        equal += Arrays.equals(greedy, expected) ? 1 : 0;
        checkContinuation(runner, input, prompt);
      }
      assertThat(equal).isGreaterThanOrEqualTo(LEAST_EQUAL);
    }
  }

  /**
   * Where bfloat16 first prefers another token than the golden file, which may only happen where
   * the two are as good as equal.
   */
  private static int firstTie(ModelRunner runner, int[] input, int[] expected) {
    int[] all = IntStream.concat(IntStream.of(input), IntStream.of(expected)).toArray();
    List<OutputResult> results = Nano.score(runner, all, input.length, expected, 1);
    int tie = expected.length;
    for (int i = expected.length - 1; i >= 0; i--) {
      OutputResult result = results.get(i);
      assertThat((double) result.targetLogprob())
          .isCloseTo(result.alternativeLogprobs()[0], within(TIE));
      if (result.argmax() != expected[i]) {
        tie = i;
      }
    }
    return tie;
  }

  private static void checkContinuation(ModelRunner runner, int[] input, JsonNode prompt) {
    int[] continuation = Nano.ints(prompt.get("continuation_ids"));
    int[] all = IntStream.concat(IntStream.of(input), IntStream.of(continuation)).toArray();
    List<OutputResult> results = Nano.score(runner, all, input.length, continuation, 5);
    for (int i = 0; i < continuation.length; i++) {
      assertThat((double) results.get(i).targetLogprob())
          .isCloseTo(prompt.get("continuation_logprobs").get(i).doubleValue(), within(TOLERANCE));
    }
    JsonNode top = prompt.get("top5");
    for (int i = 0; i < top.size(); i++) {
      double logprob = top.get(i).get("logprob").doubleValue();
      if (logprob > -6) {
        assertThat((double) results.get(0).alternativeLogprobs()[i])
            .isCloseTo(logprob, within(TOLERANCE));
      }
    }
  }
}
