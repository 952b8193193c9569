package dev.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.engine.GenerationResult.Sample;
import dev.espalier.engine.constrain.ConstraintCompiler;
import dev.espalier.engine.constrain.vocabulary.CompiledConstraint;
import dev.espalier.engine.forward.ModelRunner;
import dev.espalier.engine.open.Engines;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/** Every parameter, in random combinations, against the plain reference over the same logits. */
public abstract class GenerationContract {
  protected static final int CONTEXT = 60;

  /** A log-probability near 0 is the difference of doubles of about 10. */
  private static final float SUM_ROUNDING = 1e-13f;

  /** An engine over {@code runner} that ends at token 0, for a subject. */
  protected static Engine engine(ModelRunner runner) {
    ModelInfo model =
        new ModelInfo("", "", "", CONTEXT, runner.vocabularySize(), Set.of(SmallTokenizer.END));
    ConstraintCompiler compiler =
        new ConstraintCompiler(EngineFixture.TOKENIZER, runner.vocabularySize());
    EngineOptions options = EngineOptions.defaults().withMaxBatchTokens(64).withMaxSequences(8);
    return Engines.over(runner, EngineFixture.TOKENIZER, model, compiler::compile, options);
  }

  /**
   * Compares the outcomes of requests {@code first} to {@code end - 1}.
   *
   * @param engine under test, of a context of {@link #CONTEXT} tokens
   * @param logits after a sequence of tokens, worked out apart from the engine
   * @param ulps by how many units in the last place log-probabilities may differ, of float32 or of
   *     the sums in double precision behind them
   */
  protected static void compare(
      Engine engine, Function<int[], float[]> logits, int first, int end, int ulps) {
    ConstraintCompiler compiler =
        new ConstraintCompiler(EngineFixture.TOKENIZER, engine.model().vocabularySize());
    for (int seed = first; seed < end; seed++) {
      check(engine, logits, compiler, seed, ulps);
    }
  }

  private static void check(
      Engine engine,
      Function<int[], float[]> logits,
      ConstraintCompiler compiler,
      int seed,
      int ulps) {
    RandomRequests requests = new RandomRequests(new Random(seed), EngineFixture.TOKENIZER.size());
    GenerationRequest request = requests.generation(CONTEXT - 1, 30);
    String described = "seed " + seed + ": " + request;
    CompiledConstraint constraint = request.constraint().map(compiler::compile).orElse(null);
    List<ReferenceGenerator.Expected> expected = new ArrayList<>();
    for (int i = 0; i < request.sampling().n(); i++) {
      expected.add(new ReferenceGenerator(request, engine.model(), constraint, logits).generate(i));
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
      checkSample(result.samples().get(i), expected.get(i), described, ulps);
    }
    checkPromptLogprobs(logits, request, result, described);
  }

  private static void checkPromptLogprobs(
      Function<int[], float[]> logitsAfter,
      GenerationRequest request,
      GenerationResult result,
      String described) {
    int from = request.sampling().promptLogprobsFrom();
    int[] prompt = request.prompt().toArray();
    List<TokenLogprob> logprobs = result.promptLogprobs();
    int first = from < 0 ? prompt.length : Math.max(1, from);
    assertThat(logprobs).as(described).hasSize(prompt.length - first);
    for (int i = first; i < prompt.length; i++) {
      float[] logits = logitsAfter.apply(Arrays.copyOf(prompt, i));
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
      Sample sample, ReferenceGenerator.Expected expected, String seed, int ulps) {
    assertThat(sample.text()).as(seed).isEqualTo(expected.text());
    assertThat(sample.finishReason()).as(seed).isEqualTo(expected.reason());
    assertThat(sample.constraintMet()).as(seed).isEqualTo(expected.constraintMet());
    assertThat(sample.generatedTokens()).as(seed).isEqualTo(expected.generated());
    List<Integer> tokens = Arrays.stream(sample.tokens().toArray()).boxed().toList();
    int whole = expected.tokens().size();
    assertThat(tokens.subList(0, whole)).as(seed).isEqualTo(expected.tokens());
    assertThat(sample.logprobs().stream().map(TokenLogprob::token).toList())
        .as(seed)
        .isEqualTo(tokens);
    for (int k = 0; k < whole; k++) {
      float logprob = expected.logprobs().get(k);
      assertThat(sample.logprobs().get(k).logprob())
          .as(seed)
          .isCloseTo(logprob, within(ulps * (Math.ulp(logprob) + SUM_ROUNDING)));
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
