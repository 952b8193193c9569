package dev.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What an engine tells of itself while it works, against its totals at the end. */
class EngineActivityTest {
  private static final int ROWS = 60;

  @Test
  void atTheEndTheTokensAreThoseOfTheTotals() {
    try (EngineFixture fixture = EngineFixture.ample()) {
      run(fixture);
      agreesWithTheTotals(fixture.engine);
      EngineActivity activity = fixture.engine.activity();
      assertThat(activity.cachedTokens()).isPositive();
      assertThat(activity.running()).isZero();
      assertThat(activity.waiting()).isZero();
      assertThat(activity.heldPages()).isZero();
      assertThat(activity.busyNanos()).isPositive();
      assertThat(activity.shortOfPagesNanos()).isZero();
    }
  }

  @Test
  void whatIsComputedAgainAfterAPreemptionIsNotCountedAgain() {
    try (EngineFixture fixture = new EngineFixture(20, 4, 64, 16)) {
      run(fixture);
      agreesWithTheTotals(fixture.engine);
      EngineActivity activity = fixture.engine.activity();
      assertThat(activity.preemptions()).isPositive();
      assertThat(activity.shortOfPagesNanos())
          .isPositive()
          .isLessThanOrEqualTo(activity.busyNanos());
    }
  }

  @Test
  void tokensCountAsTheyAreChosen() {
    try (EngineFixture fixture = EngineFixture.ample()) {
      List<Long> seen = new CopyOnWriteArrayList<>();
      List<Long> completed = new CopyOnWriteArrayList<>();
      fixture.runner.beforeStep =
          batch -> {
            seen.add(fixture.engine.activity().generatedTokens());
            completed.add(fixture.engine.statistics().generatedTokens());
          };
      var unused =
          fixture
              .engine
              .generate(GenerationRequest.of(TokenSequence.of(3, 4, 5), tokens(20)))
              .join();
      assertThat(seen).isSorted().anyMatch(tokens -> tokens > 5 && tokens < 20);
      assertThat(completed).containsOnly(0L);
      assertThat(fixture.engine.activity().generatedTokens()).isEqualTo(20);
    }
  }

  private static void run(EngineFixture fixture) {
    List<CompletableFuture<GenerationResult>> results = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      TokenSequence prompt = TokenSequence.of(2, 3, 4, 5, 6, 7, 2 + row % 10, 2 + row / 10, 5, 6);
      results.add(fixture.engine.generate(GenerationRequest.of(prompt, tokens(1 + row % 25))));
    }
    results.forEach(CompletableFuture::join);
  }

  private static SamplingParameters tokens(int count) {
    return SamplingParameters.builder().maxTokens(count).ignoreEos(true).build();
  }

  private static void agreesWithTheTotals(Engine engine) {
    EngineStatistics totals = engine.statistics();
    EngineActivity activity = engine.activity();
    assertThat(activity.promptTokens() + activity.cachedTokens()).isEqualTo(totals.promptTokens());
    assertThat(activity.generatedTokens()).isEqualTo(totals.generatedTokens());
    assertThat(activity.preemptions()).isEqualTo(totals.preemptions());
  }
}
