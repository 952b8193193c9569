package dev.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.engine.GenerationResult.Sample;
import dev.espalier.engine.open.Engines;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The built-in model on the CPU, against what transformers makes of the same prompts. */
final class NanoEngineTest {
  private static Engine engine;
  private static JsonNode golden;

  @BeforeAll
  static void open() throws IOException {
    engine = Engines.open("builtin:nano", EngineOptions.defaults().withKvCacheBytes(32 << 20));
    try (InputStream in = NanoEngineTest.class.getResourceAsStream("/golden/nano.json")) {
      golden = new ObjectMapper().readTree(in);
    }
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  @AfterEach
  void pagesAddUp() {
    engine.checkIntegrity();
  }

  @Test
  void greedyContinuationsAreThoseOfTransformers() {
    List<CompletableFuture<GenerationResult>> results = new ArrayList<>();
    for (JsonNode prompt : golden.get("prompts")) {
      results.add(
          engine.generate(
              GenerationRequest.of(
                  tokens(prompt.get("input_ids")),
                  SamplingParameters.builder()
                      .maxTokens(prompt.get("greedy_ids").size())
                      .ignoreEos(true)
                      .logprobs(5)
                      .build())));
    }
    for (int i = 0; i < results.size(); i++) {
      JsonNode prompt = golden.get("prompts").get(i);
      Sample sample = results.get(i).join().first();
      assertThat(sample.tokens()).isEqualTo(tokens(prompt.get("greedy_ids")));
      List<TokenLogprob.Alternative> alternatives = sample.logprobs().get(0).alternatives();
      for (int k = 0; k < 5; k++) {
        JsonNode expected = prompt.get("top5").get(k);
        assertThat(alternatives.get(k).token()).isEqualTo(expected.get("id").intValue());
        assertThat((double) alternatives.get(k).logprob())
            .isCloseTo(expected.get("logprob").doubleValue(), within(1e-3));
      }
    }
  }

  @Test
  void scoresOfContinuationsAreThoseOfTransformers() {
    for (JsonNode prompt : golden.get("prompts")) {
      TokenSequence continuation = tokens(prompt.get("continuation_ids"));
      TokenSequence greedy = tokens(prompt.get("greedy_ids")).slice(0, 3);
      ScoreResult result =
          engine
              .score(
                  new ScoreRequest(
                      tokens(prompt.get("input_ids")), List.of(continuation, greedy), 0))
              .join();
      ScoreResult.Continuation scored = result.continuations().get(0);
      for (int i = 0; i < continuation.length(); i++) {
        assertThat((double) scored.tokenLogprobs().get(i))
            .isCloseTo(prompt.get("continuation_logprobs").get(i).doubleValue(), within(1e-3));
      }
      assertThat(scored.greedy()).isEqualTo(prompt.get("continuation_is_greedy").booleanValue());
      assertThat(result.continuations().get(1).greedy()).isTrue();
    }
  }

  private static TokenSequence tokens(JsonNode ids) {
    int[] tokens = new int[ids.size()];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = ids.get(i).intValue();
    }
    return TokenSequence.of(tokens);
  }
}
