package dev.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.engine.GenerationResult.Sample;
import dev.espalier.engine.constrain.CompiledConstraint;
import dev.espalier.engine.constrain.ConstraintCompiler;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** Every parameter, in random combinations, against the plain reference. */
final class GenerationReferenceTest {
  private static final int CONTEXT = 60;

  private final ConstraintCompiler compiler =
      new ConstraintCompiler(EngineFixture.TOKENIZER, EngineFixture.TOKENIZER.size());

  @Test
  void outputsAreThoseOfThePlainReference() {
    for (boolean runsAhead : new boolean[] {true, false}) {
      try (EngineFixture fixture = new EngineFixture(4000, 4, 64, 8, CONTEXT, runsAhead)) {
        for (int seed = runsAhead ? 0 : 1000; seed < (runsAhead ? 1500 : 2000); seed++) {
          check(fixture.engine, seed);
        }
      }
    }
  }

  private void check(Engine engine, int seed) {
    RandomRequests requests = new RandomRequests(new Random(seed), EngineFixture.TOKENIZER.size());
    GenerationRequest request = requests.generation(CONTEXT - 1, 30);
    String described = "seed " + seed + ": " + request;
    CompiledConstraint constraint = request.constraint().map(compiler::compile).orElse(null);
    List<ReferenceGenerator.Expected> expected = new ArrayList<>();
    for (int i = 0; i < request.sampling().n(); i++) {
      expected.add(new ReferenceGenerator(request, engine.model(), constraint).generate(i));
    }
    CompletableFuture<GenerationResult> future = engine.generate(request);
    if (expected.contains(null)) {
      assertThatThrownBy(future::join, described)
          .isInstanceOfSatisfying(
              CompletionException.class,
              e ->
                  assertThat(((EngineException) e.getCause()).code())
                      .isEqualTo(ErrorCode.CONSTRAINT_UNSATISFIABLE));
      return;
    }
    GenerationResult result = future.join();
    for (int i = 0; i < expected.size(); i++) {
      checkSample(result.samples().get(i), expected.get(i), described);
    }
    checkPromptLogprobs(request, result, described);
  }

  private static void checkPromptLogprobs(
      GenerationRequest request, GenerationResult result, String described) {
    int from = request.sampling().promptLogprobsFrom();
    int[] prompt = request.prompt().toArray();
    List<TokenLogprob> logprobs = result.promptLogprobs();
    int first = from < 0 ? prompt.length : Math.max(1, from);
    assertThat(logprobs).as(described).hasSize(prompt.length - first);
    for (int i = first; i < prompt.length; i++) {
      float[] logits = HistoryRunner.logits(prompt, i, EngineFixture.TOKENIZER.size());
      double sum = 0;
      for (float logit : logits) {
        sum += Math.exp(logit);
      }
      TokenLogprob logprob = logprobs.get(i - first);
      assertThat(logprob.token()).as(described).isEqualTo(prompt[i]);
      assertThat((double) logprob.logprob())
          .as(described)
          .isCloseTo(logits[prompt[i]] - Math.log(sum), within(1e-5));
      assertThat(logprob.alternatives()).as(described).hasSize(request.sampling().logprobs());
    }
  }

  private static void checkSample(
      Sample sample, ReferenceGenerator.Expected expected, String seed) {
    assertThat(sample.text()).as(seed).isEqualTo(expected.text());
    assertThat(sample.finishReason()).as(seed).isEqualTo(expected.reason());
    assertThat(sample.generatedTokens()).as(seed).isEqualTo(expected.generated());
    List<Integer> tokens = Arrays.stream(sample.tokens().toArray()).boxed().toList();
    int whole = expected.tokens().size();
    assertThat(tokens.subList(0, whole)).as(seed).isEqualTo(expected.tokens());
    assertThat(sample.logprobs().stream().map(TokenLogprob::token).toList())
        .as(seed)
        .isEqualTo(tokens);
    for (int k = 0; k < whole; k++) {
      assertThat(sample.logprobs().get(k).logprob()).as(seed).isEqualTo(expected.logprobs().get(k));
    }
    // Whatever was cut, the tokens are the text.
    StringBuilder spelled = new StringBuilder();
    for (int token : tokens) {
      byte[] bytes = EngineFixture.TOKENIZER.bytes(token);
      spelled.append(new String(bytes, StandardCharsets.ISO_8859_1));
    }
    assertThat(
            new String(
                spelled.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8))
        .as(seed)
        .isEqualTo(sample.text());
  }
}
