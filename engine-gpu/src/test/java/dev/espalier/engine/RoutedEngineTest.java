package dev.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.engine.generate.RequestPlanner;
import dev.espalier.engine.route.RoutedEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

final class RoutedEngineTest {
  private static final int SECTION = 3000;

  /** Several engines over models of their own, and the one that divides requests among them. */
  private static final class Fleet implements AutoCloseable {
    private final List<EngineFixture> engines = new ArrayList<>();
    private final RoutedEngine routed;

    Fleet(int devices, Function<Integer, EngineFixture> fixture) {
      List<RoutedEngine.Place> places = new ArrayList<>();
      for (int i = 0; i < devices; i++) {
        engines.add(fixture.apply(i));
        places.add(new RoutedEngine.Place(Devices.gpu(i), engines.get(i).engine));
      }
      routed = new RoutedEngine(places, SECTION);
    }

    @Override
    public void close() {
      routed.checkIntegrity();
      routed.close();
    }
  }

  @Test
  void outcomesAreThoseOfEachRequestAlone() {
    RequestPlanner planner =
        new RequestPlanner(
            SmallTokenizer.model(4096),
            EngineFixture.TOKENIZER,
            EngineFixture.COMPILER::compile,
            140);
    for (int devices = 1; devices <= 3; devices++) {
      for (int seed = 0; seed < 8; seed++) {
        Random random = new Random(seed);
        RandomRequests requests = new RandomRequests(random, EngineFixture.TOKENIZER.size());
        try (Fleet fleet = new Fleet(devices, i -> new EngineFixture(40, 4, 30, 8))) {
          List<TrafficRequest> sent = new ArrayList<>();
          List<CompletableFuture<?>> outcomes = new ArrayList<>();
          for (int i = 0; i < 40; i++) {
            TrafficRequest request = TrafficRequest.random(requests, random, 40);
            Engine.Expectation expectation = fleet.routed.expect(request.prompt());
            sent.add(request);
            outcomes.add(request.send(fleet.routed));
            expectation.close();
          }
          Alone alone =
              new Alone(planner, new HistoryRunner(EngineFixture.TOKENIZER.size(), 20, 7, false));
          for (int i = 0; i < sent.size(); i++) {
            assertThat(TrafficRequest.outcome(outcomes.get(i)))
                .as("%d devices, seed %d: %s", devices, seed, sent.get(i))
                .isEqualTo(sent.get(i).outcome(alone));
          }
        }
      }
    }
  }

  @Test
  void rowsThatShareAnOpeningMeetOneEngineAndNothingMoreIsComputed() {
    EngineStatistics one = null;
    for (int devices = 1; devices <= 3; devices++) {
      try (Fleet fleet = new Fleet(devices, i -> EngineFixture.ample())) {
        run(fleet.routed, 40, 12);
        EngineStatistics all = fleet.routed.statistics();
        one = devices == 1 ? all : one;
        assertThat(all.cachedTokens()).isEqualTo(one.cachedTokens());
        assertThat(all.computedTokens()).isEqualTo(one.computedTokens());
        assertThat(all.requests()).isEqualTo(40 * 12 * 2);
        assertThat(all.totalPages()).isEqualTo(devices * one.totalPages());
        for (EngineFixture engine : fleet.engines) {
          assertThat(engine.engine.statistics().requests())
              .as("requests of one of %d engines", devices)
              .isBetween(40L * 12 * 2 / devices / 2, 40L * 12 * 2 * 2 / devices);
        }
      }
    }
  }

  /** Rows of two steps each, in the order of their openings, announced ahead. */
  private static void run(Engine engine, int groups, int rows) {
    List<TokenSequence> openings = new ArrayList<>();
    for (int group = 0; group < groups; group++) {
      for (int row = 0; row < rows; row++) {
        TokenSequence shared = TokenSequence.of(new int[60]).concat(TokenSequence.of(group, 7));
        openings.add(TokenSequence.of(group).concat(shared).concat(TokenSequence.of(row, row)));
      }
    }
    List<Engine.Expectation> announced = openings.stream().map(engine::expect).toList();
    SamplingParameters sampling = SamplingParameters.builder().maxTokens(4).ignoreEos(true).build();
    List<CompletableFuture<GenerationResult>> first = new ArrayList<>();
    for (int i = 0; i < openings.size(); i++) {
      first.add(
          engine.generate(GenerationRequest.of(openings.get(i), sampling).withSession(i + 1)));
      announced.get(i).close();
    }
    for (int i = 0; i < openings.size(); i++) {
      TokenSequence next =
          openings.get(i).concat(first.get(i).join().first().tokens()).concat(TokenSequence.of(5));
      GenerationResult second =
          engine.generate(GenerationRequest.of(next, sampling).withSession(i + 1)).join();
      assertThat(second.cachedTokens()).isEqualTo(next.length() - 1 - 1);
    }
  }

  @Test
  void aFailureOfOneDeviceNamesItAndTheOthersGoOn() {
    try (Fleet fleet = new Fleet(2, i -> EngineFixture.ample())) {
      // Until both are on their way, so that the second goes to the other device.
      CountDownLatch sent = new CountDownLatch(1);
      fleet.engines.get(0).runner.beforeStep = batch -> await(sent);
      fleet.engines.get(1).runner.beforeStep =
          batch -> {
            throw new EngineException(ErrorCode.DEVICE_LOST, "cuLaunchKernel failed");
          };
      SamplingParameters sampling = SamplingParameters.builder().maxTokens(1).build();
      var zero = fleet.routed.generate(GenerationRequest.of(TokenSequence.of(2, 3, 4), sampling));
      var one = fleet.routed.generate(GenerationRequest.of(TokenSequence.of(5, 6, 7), sampling));
      sent.countDown();
      assertThatThrownBy(one::join)
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(EngineException.class)
          .cause()
          .hasMessage("cuda:1: cuLaunchKernel failed")
          .satisfies(
              e -> assertThat(((EngineException) e).code()).isEqualTo(ErrorCode.DEVICE_LOST));
      assertThat(zero.join().first().generatedTokens()).isEqualTo(1);
    }
  }

  @Test
  void whatIsWrongWithARequestNamesNoDevice() {
    try (Fleet fleet = new Fleet(2, i -> EngineFixture.ample())) {
      var failed =
          fleet.routed.generate(
              GenerationRequest.of(TokenSequence.empty(), SamplingParameters.defaults()));
      assertThatThrownBy(failed::join)
          .cause()
          .hasMessageNotContaining("card")
          .satisfies(
              e -> assertThat(((EngineException) e).code()).isEqualTo(ErrorCode.PROMPT_EMPTY));
    }
  }

  @Test
  void cancellingGivesUpTheRequestOnItsDevice() throws Exception {
    try (Fleet fleet = new Fleet(2, i -> EngineFixture.ample())) {
      CountDownLatch go = new CountDownLatch(1);
      for (EngineFixture engine : fleet.engines) {
        engine.runner.beforeStep = batch -> await(go);
      }
      var request =
          GenerationRequest.of(
              TokenSequence.of(2, 3, 4),
              SamplingParameters.builder().maxTokens(2000).ignoreEos(true).build());
      fleet.routed.generate(request).cancel(false);
      go.countDown();
      var after = fleet.routed.generate(GenerationRequest.of(TokenSequence.of(2, 3), limit(1)));
      assertThat(after.get(20, TimeUnit.SECONDS).first().generatedTokens()).isEqualTo(1);
      assertThat(fleet.routed.statistics().generatedTokens()).isLessThan(2000);
    }
  }

  @Test
  void allDevicesOpenOrNone() {
    List<EngineFixture> opened = new ArrayList<>();
    assertThatThrownBy(
            () ->
                RoutedEngine.open(
                    Devices.of("cuda:0,cuda:1,cuda:2").each(),
                    device -> {
                      if (device.equals(Devices.gpu(1))) {
                        throw new EngineException(ErrorCode.OUT_OF_MEMORY, "no room");
                      }
                      EngineFixture fixture = EngineFixture.ample();
                      synchronized (opened) {
                        opened.add(fixture);
                      }
                      return fixture.engine;
                    }))
        .isInstanceOf(EngineException.class)
        .hasMessage("cuda:1: no room");
    assertThat(opened).hasSize(2);
    for (EngineFixture fixture : opened) {
      var refused = fixture.engine.generate(GenerationRequest.of(TokenSequence.of(3), limit(1)));
      assertThatThrownBy(refused::join)
          .cause()
          .satisfies(
              e -> assertThat(((EngineException) e).code()).isEqualTo(ErrorCode.ENGINE_CLOSED));
    }
  }

  private static SamplingParameters limit(int tokens) {
    return SamplingParameters.builder().maxTokens(tokens).build();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
