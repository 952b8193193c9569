package dev.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.forward.ForwardBatch;
import dev.espalier.engine.generate.RequestPlanner;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random traffic through small caches, small steps, preemption, cancellation and failing steps:
 * each request has the outcome that it has alone.
 */
final class EngineTrafficTest {
  private static final RequestPlanner PLANNER =
      new RequestPlanner(
          SmallTokenizer.model(4096),
          EngineFixture.TOKENIZER,
          EngineFixture.COMPILER::compile,
          140);

  @Test
  void outcomesDoNotDependOnOtherRequests() {
    check(0, 60);
  }

  /** Some minutes. */
  @Test
  @Tag("long")
  void outcomesDoNotDependOnOtherRequestsForLong() {
    check(60, 6000);
  }

  private static void check(int firstSeed, int count) {
    long preemptions = 0;
    for (int seed = firstSeed; seed < firstSeed + count; seed++) {
      try {
        preemptions += run(new Random(seed));
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("with seed " + seed, e);
      }
    }
    assertThat(preemptions).as("the traffic is heavy enough to preempt").isPositive();
  }

  private static long run(Random random) {
    int pageSize = 1 + random.nextInt(6);
    int pages = 8 + random.nextInt(60);
    RandomRequests requests = new RandomRequests(random, EngineFixture.TOKENIZER.size());
    try (EngineFixture fixture =
        new EngineFixture(
            pages,
            pageSize,
            1 + random.nextInt(50),
            1 + random.nextInt(20),
            4096,
            random.nextInt(4) > 0)) {
      boolean failing = random.nextInt(4) == 0;
      Random failures = new Random(random.nextLong());
      Consumer<ForwardBatch> failure =
          batch -> {
            if (failing && failures.nextInt(60) == 0) {
              throw new IllegalStateException("the device failed");
            }
          };
      fixture.runner.beforeStep = failure;
      fixture.runner.duringStep = failure;
      List<TrafficRequest> sent = new ArrayList<>();
      List<CompletableFuture<?>> outcomes = new ArrayList<>();
      List<Engine.Expectation> expectations = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        TrafficRequest request = TrafficRequest.random(requests, random, 40);
        sent.add(request);
        outcomes.add(request.send(fixture.engine));
        if (random.nextInt(12) == 0) {
          outcomes.get(random.nextInt(outcomes.size())).cancel(false);
        }
        if (random.nextInt(6) == 0) {
          fixture.engine.checkIntegrity();
        }
        if (random.nextInt(5) == 0) {
          expectations.add(fixture.engine.expect(request.prompt()));
        }
      }
      expectations.forEach(Engine.Expectation::close);
      for (int i = 0; i < sent.size(); i++) {
        TrafficRequest request = sent.get(i);
        if (!outcomes.get(i).isCancelled()) {
          Object outcome = TrafficRequest.outcome(outcomes.get(i));
          if (!failing || outcome != ErrorCode.INTERNAL) {
            assertThat(outcome)
                .as(request.toString())
                .isEqualTo(
                    request.mostTokens() > pages * pageSize
                        ? ErrorCode.REQUEST_EXCEEDS_CACHE
                        : request.outcome(alone()));
          }
        }
      }
      return fixture.engine.statistics().preemptions();
    }
  }

  private static Alone alone() {
    return new Alone(PLANNER, new HistoryRunner(EngineFixture.TOKENIZER.size(), 20, 7, false));
  }
}
