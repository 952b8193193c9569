package dev.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.engine.forward.ForwardBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class PagedEngineTest {

  @Test
  void aThousandRowsComputeWhatTheyShareOnce() {
    for (int prefixLength : new int[] {36, 37, 39}) {
      try (EngineFixture fixture = EngineFixture.ample()) {
        List<CompletableFuture<GenerationResult>> results = new ArrayList<>();
        int[] prefix = new int[prefixLength];
        List<TokenSequence> prompts = new ArrayList<>();
        for (int row = 0; row < 1000; row++) {
          TokenSequence own =
              TokenSequence.of(2 + row % 10, 2 + row / 10 % 10, 2 + row / 100, 5, 6);
          prompts.add(TokenSequence.of(prefix).concat(own));
        }
        CountDownLatch submitted = new CountDownLatch(1);
        fixture.runner.beforeStep = batch -> await(submitted);
        for (TokenSequence prompt : prompts) {
          results.add(fixture.engine.generate(GenerationRequest.of(prompt, maxTokens(1))));
        }
        submitted.countDown();
        results.forEach(CompletableFuture::join);
        long unique = 0;
        TokenSequence before = TokenSequence.empty();
        for (TokenSequence prompt : prompts.stream().sorted().toList()) {
          unique += prompt.length() - prompt.commonPrefixLength(before);
          before = prompt;
        }
        assertThat(fixture.engine.statistics().computedTokens()).isEqualTo(unique);
        assertThat(fixture.engine.statistics().cachedTokens())
            .isEqualTo(fixture.engine.statistics().promptTokens() - unique);
      }
    }
  }

  @Test
  void equalRequestsUnderWayRunOnce() {
    try (EngineFixture fixture = EngineFixture.ample()) {
      CountDownLatch submitted = new CountDownLatch(1);
      fixture.runner.beforeStep = batch -> await(submitted);
      SamplingParameters sampling =
          SamplingParameters.builder().maxTokens(5).ignoreEos(true).build();
      TokenSequence prompt = TokenSequence.of(3, 4, 5, 6, 7);
      List<CompletableFuture<GenerationResult>> results = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        // Greedy: neither the seed nor the program decides anything.
        results.add(
            fixture.engine.generate(
                GenerationRequest.of(prompt, sampling).withSeed(SeedPath.of(i)).withSession(i)));
      }
      results.get(3).cancel(false);
      results.get(0).cancel(false);
      submitted.countDown();
      for (int i = 4; i < 20; i++) {
        assertThat(results.get(i).join().samples()).isEqualTo(results.get(1).join().samples());
      }
      assertThat(results.get(7).join().cachedTokens()).isEqualTo(5);
      EngineStatistics statistics = fixture.engine.statistics();
      assertThat(statistics.computedTokens()).isEqualTo(5 + 4);
      assertThat(statistics.generatedTokens()).isEqualTo(5);
      assertThat(statistics.requests()).isEqualTo(20);
    }
  }

  @Test
  void sampledRequestsWithOtherSeedsRunEach() {
    try (EngineFixture fixture = EngineFixture.ample()) {
      SamplingParameters sampling =
          SamplingParameters.builder().maxTokens(12).temperature(1).ignoreEos(true).build();
      GenerationRequest request = GenerationRequest.of(TokenSequence.of(3, 4, 5), sampling);
      var one = fixture.engine.generate(request.withSeed(SeedPath.of(1)));
      var two = fixture.engine.generate(request.withSeed(SeedPath.of(2)));
      assertThat(one.join().first().tokens()).isNotEqualTo(two.join().first().tokens());
    }
  }

  @Test
  void samplesForkFromOnePrompt() {
    try (EngineFixture fixture = EngineFixture.ample()) {
      SamplingParameters sampling =
          SamplingParameters.builder().maxTokens(3).n(8).temperature(1).ignoreEos(true).build();
      TokenSequence prompt = TokenSequence.of(new int[30]);
      GenerationResult result =
          fixture.engine.generate(GenerationRequest.of(prompt, sampling)).join();
      assertThat(result.samples()).hasSize(8);
      assertThat(result.samples().stream().map(s -> s.tokens().toString()).distinct().count())
          .isGreaterThan(1);
      // The last token of the prompt once for each sample, and two generated tokens each.
      assertThat(fixture.engine.statistics().computedTokens()).isEqualTo(29 + 8 * 3);
    }
  }

  @Test
  void continuationsShareTheirPrefixAndTheirBeginnings() {
    try (EngineFixture fixture = EngineFixture.ample()) {
      TokenSequence prefix = TokenSequence.of(new int[50]);
      ScoreRequest request =
          new ScoreRequest(
              prefix,
              List.of(
                  TokenSequence.of(3),
                  TokenSequence.of(4),
                  TokenSequence.of(5, 6, 7, 8),
                  TokenSequence.of(5, 6, 9),
                  TokenSequence.of(5, 6, 9),
                  TokenSequence.of(5, 6, 9, 1)),
              0);
      ScoreResult result = fixture.engine.score(request).join();
      assertThat(result.continuations()).hasSize(6);
      assertThat(result.continuations().get(3)).isEqualTo(result.continuations().get(4));
      // 50, then 5, 6, 7 and 9: the last tokens of continuations are never computed.
      assertThat(fixture.engine.statistics().computedTokens()).isEqualTo(50 + 4);
      fixture.engine.score(new ScoreRequest(prefix, List.of(TokenSequence.of(9)), 0)).join();
      assertThat(fixture.engine.statistics().computedTokens()).isEqualTo(50 + 4 + 1);
    }
  }

  @Test
  void aRequestThatNeedsNearlyAllPagesIsServedAmongOthers() {
    try (EngineFixture fixture = new EngineFixture(20, 4, 32, 8)) {
      List<CompletableFuture<GenerationResult>> results = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        int[] prompt = new int[i == 30 ? 70 : 6];
        java.util.Arrays.fill(prompt, 2 + i % 40);
        results.add(
            fixture.engine.generate(
                GenerationRequest.of(
                    TokenSequence.of(prompt),
                    SamplingParameters.builder().maxTokens(i == 30 ? 11 : 20).build())));
      }
      results.forEach(CompletableFuture::join);
      assertThat(fixture.engine.statistics().preemptions()).isPositive();
      assertThat(fixture.engine.statistics().peakPages()).isLessThanOrEqualTo(20);
    }
  }

  @Test
  void whatNeverFitsIsRefusedAtOnce() {
    try (EngineFixture fixture = new EngineFixture(4, 4, 64, 8, 100)) {
      Engine engine = fixture.engine;
      TokenSequence prompt = TokenSequence.of(new int[10]);
      engine.generate(GenerationRequest.of(prompt, maxTokens(7))).join();
      assertCode(
          engine.generate(GenerationRequest.of(prompt, maxTokens(8))),
          ErrorCode.REQUEST_EXCEEDS_CACHE);
      assertCode(
          engine.score(new ScoreRequest(prompt, List.of(TokenSequence.of(new int[8])), 0)),
          ErrorCode.REQUEST_EXCEEDS_CACHE);
    }
  }

  @Test
  void wrongRequestsAreRefusedWithTheirReason() {
    try (EngineFixture fixture = new EngineFixture(100, 4, 64, 8, 20)) {
      Engine engine = fixture.engine;
      TokenSequence prompt = TokenSequence.of(2, 3);
      assertCode(
          engine.generate(GenerationRequest.of(TokenSequence.empty(), maxTokens(1))),
          ErrorCode.PROMPT_EMPTY);
      assertCode(
          engine.generate(GenerationRequest.of(TokenSequence.of(2, 99, 3), maxTokens(1))),
          ErrorCode.INVALID_TOKEN);
      assertCode(
          engine.generate(GenerationRequest.of(TokenSequence.of(new int[20]), maxTokens(1))),
          ErrorCode.PROMPT_TOO_LONG);
      assertCode(
          engine.score(
              new ScoreRequest(
                  TokenSequence.of(new int[15]), List.of(TokenSequence.of(new int[7])), 0)),
          ErrorCode.PROMPT_TOO_LONG);
      for (SamplingParameters sampling :
          List.of(
              SamplingParameters.builder().stopRegex("a(").build(),
              SamplingParameters.builder().promptLogprobsFrom(2).build(),
              SamplingParameters.builder().stopTokens(java.util.Set.of(99)).build(),
              SamplingParameters.builder().logitBias(java.util.Map.of(99, 1.0)).build())) {
        assertCode(
            engine.generate(GenerationRequest.of(prompt, sampling)), ErrorCode.INVALID_PARAMETERS);
      }
      assertCode(
          engine.generate(
              GenerationRequest.of(prompt, maxTokens(5))
                  .withConstraint(new Constraint.Regex("a("))),
          ErrorCode.CONSTRAINT_INVALID);
      assertCode(
          engine.generate(
              GenerationRequest.of(prompt, maxTokens(5))
                  .withConstraint(new Constraint.Regex("[A-Z]"))),
          ErrorCode.CONSTRAINT_UNSATISFIABLE);
    }
  }

  @Test
  void theContextEndsAnOutput() {
    try (EngineFixture fixture = new EngineFixture(100, 4, 64, 8, 20)) {
      SamplingParameters sampling =
          SamplingParameters.builder().maxTokens(100).ignoreEos(true).build();
      GenerationResult result =
          fixture.engine.generate(GenerationRequest.of(TokenSequence.of(2, 3), sampling)).join();
      assertThat(result.first().generatedTokens()).isEqualTo(18);
      assertThat(result.first().finishReason()).isEqualTo(FinishReason.LENGTH);
    }
  }

  @Test
  void aFailedStepFailsWhatWasInItAndNothingElse() {
    try (EngineFixture fixture = EngineFixture.ample()) {
      AtomicInteger steps = new AtomicInteger();
      fixture.runner.beforeStep =
          batch -> {
            if (steps.incrementAndGet() == 3) {
              throw new IllegalStateException("out of order");
            }
          };
      SamplingParameters sampling =
          SamplingParameters.builder().maxTokens(6).ignoreEos(true).build();
      GenerationRequest request = GenerationRequest.of(TokenSequence.of(2, 3, 4, 5, 6), sampling);
      assertCode(fixture.engine.generate(request), ErrorCode.INTERNAL);
      fixture.engine.checkIntegrity();
      assertThat(fixture.engine.generate(request).join().first().generatedTokens()).isEqualTo(6);
    }
  }

  @Test
  void forcedTokensTakeNoStepOfTheirOwn() {
    try (EngineFixture fixture = EngineFixture.ample()) {
      GenerationRequest request =
          GenerationRequest.of(
                  TokenSequence.of(2, 3, 4),
                  SamplingParameters.builder().maxTokens(40).logprobs(2).build())
              .withConstraint(new Constraint.Regex("xyzxyzxyz[ab]zyxzyxzyx"));
      GenerationResult.Sample sample = fixture.engine.generate(request).join().first();
      assertThat(sample.text()).matches("xyzxyzxyz[ab]zyxzyxzyx");
      assertThat(sample.finishReason()).isEqualTo(FinishReason.CONSTRAINT);
      assertThat(fixture.engine.statistics().steps()).isEqualTo(2);
      assertThat(sample.logprobs()).hasSize(sample.tokens().length());
      assertThat(sample.logprobs()).allMatch(l -> l.alternatives().size() == 2 && l.logprob() < 0);
    }
  }

  @Test
  void cancelledRequestsGiveTheirPagesBack() {
    try (EngineFixture fixture = new EngineFixture(50, 4, 16, 4)) {
      CountDownLatch running = new CountDownLatch(3);
      fixture.runner.beforeStep = batch -> running.countDown();
      SamplingParameters endless =
          SamplingParameters.builder().maxTokens(150).ignoreEos(true).build();
      List<CompletableFuture<GenerationResult>> results = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        results.add(
            fixture.engine.generate(GenerationRequest.of(TokenSequence.of(i, 2, 3), endless)));
      }
      await(running);
      results.forEach(result -> result.cancel(false));
      fixture.engine.checkIntegrity();
      // Needs every page that the cache has.
      TokenSequence prompt = TokenSequence.of(new int[199]);
      fixture.engine.generate(GenerationRequest.of(prompt, maxTokens(2))).join();
    }
  }

  @Test
  void closingFailsWhatWaitsAndWhatComesAfter() {
    EngineFixture fixture = EngineFixture.ample();
    CountDownLatch running = new CountDownLatch(1);
    fixture.runner.beforeStep = batch -> running.countDown();
    SamplingParameters sampling =
        SamplingParameters.builder().maxTokens(4000).ignoreEos(true).build();
    var result = fixture.engine.generate(GenerationRequest.of(TokenSequence.of(1, 2), sampling));
    await(running);
    fixture.close();
    assertCode(result, ErrorCode.ENGINE_CLOSED);
    assertCode(
        fixture.engine.generate(GenerationRequest.of(TokenSequence.of(1, 2), sampling)),
        ErrorCode.ENGINE_CLOSED);
    fixture.engine.expect(TokenSequence.of(1)).close();
  }

  @Test
  void dependentsMayWaitForOtherRequests() {
    try (EngineFixture fixture = EngineFixture.ample()) {
      Engine engine = fixture.engine;
      List<CompletableFuture<Integer>> chains = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        TokenSequence prompt = TokenSequence.of(i, 2, 3);
        chains.add(
            engine
                .generate(GenerationRequest.of(prompt, maxTokens(2)))
                .thenApply(
                    first ->
                        engine
                            .generate(
                                GenerationRequest.of(
                                    prompt.concat(first.first().tokens()).concat(prompt),
                                    maxTokens(2)))
                            .join()
                            .promptTokens()));
      }
      chains.forEach(chain -> assertThat(chain.join()).isGreaterThan(5));
    }
  }

  @Test
  void stepsStayWithinTheirLimits() {
    try (EngineFixture fixture = new EngineFixture(400, 4, 24, 5)) {
      List<String> excesses = new ArrayList<>();
      Consumer<ForwardBatch> check =
          batch -> {
            if (batch.tokenCount() > 24 || batch.slices().size() > 5) {
              excesses.add(batch.toString());
            }
          };
      fixture.runner.beforeStep = check;
      List<CompletableFuture<GenerationResult>> results = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        results.add(
            fixture.engine.generate(
                GenerationRequest.of(
                    TokenSequence.of(new int[1 + i % 45]).concat(TokenSequence.of(i % 44)),
                    maxTokens(1 + i % 13))));
      }
      results.forEach(CompletableFuture::join);
      assertThat(excesses).isEmpty();
    }
  }

  private static SamplingParameters maxTokens(int tokens) {
    return SamplingParameters.builder().maxTokens(tokens).build();
  }

  private static void assertCode(CompletableFuture<?> future, ErrorCode code) {
    assertThatThrownBy(future::join)
        .isInstanceOfSatisfying(
            CompletionException.class,
            e -> assertThat(((EngineException) e.getCause()).code()).isEqualTo(code));
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
