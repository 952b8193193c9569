package dev.espalier.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.engine.Engine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EnginePoolTest {
  private static final Duration NO_TIME = Duration.ZERO;
  private static final Duration LONG = Duration.ofHours(1);

  private final ExecutorService threads = Executors.newFixedThreadPool(16);

  @AfterEach
  void endThreads() {
    threads.shutdownNow();
  }

  @Test
  void tasksThatAskAtOnceShareOneEngineWhichTheLastOneCloses() throws Exception {
    FakeEngineFactory factory = FakeEngineFactory.of("shared");
    CountDownLatch go = new CountDownLatch(1);
    List<Future<EngineLease>> asked = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      asked.add(
          threads.submit(
              () -> {
                go.await();
                return EnginePool.lease(factory, 4, NO_TIME);
              }));
    }
    go.countDown();
    for (Future<EngineLease> lease : asked) {
      assertThat(lease.get().engine()).isSameAs(factory.opened().get(0));
      assertThat(factory.opened()).hasSize(1);
      assertThat(EnginePool.statistics()).containsKey("shared");
      assertThat(factory.opened().get(0).isClosed()).isFalse();
    }
    for (Future<EngineLease> lease : asked) {
      lease.get().close();
      lease.get().close();
    }
    assertThat(factory.opened().get(0).isClosed()).isTrue();
    assertThat(EnginePool.statistics()).doesNotContainKey("shared");
  }

  @Test
  void anIdleEngineServesTheNextTask() {
    FakeEngineFactory factory = FakeEngineFactory.of("idle");
    EnginePool.lease(factory, 4, LONG).close();
    EngineLease second = EnginePool.lease(factory, 4, LONG);
    assertThat(factory.opened()).hasSize(1);
    assertThat(factory.opened().get(0).isClosed()).isFalse();
    second.close();
    EnginePool.closeAll();
    assertThat(factory.opened().get(0).isClosed()).isTrue();
  }

  @Test
  void anIdleEngineClosesInTime() throws InterruptedException {
    FakeEngineFactory factory = FakeEngineFactory.of("timeout");
    EnginePool.lease(factory, 4, Duration.ofMillis(1)).close();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!factory.opened().get(0).isClosed() && System.nanoTime() < deadline) {
      Thread.sleep(1);
    }
    assertThat(factory.opened().get(0).isClosed()).isTrue();
  }

  /** Opens when it is told to, and fails if it is told to. */
  private static final class Gate implements EngineFactory {
    private final FakeEngineFactory engines;
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CompletableFuture<Void> opens = new CompletableFuture<>();

    Gate(String key) {
      engines = FakeEngineFactory.of(key);
    }

    @Override
    public String key() {
      return engines.key();
    }

    @Override
    public Engine open() {
      asked.countDown();
      opens.join();
      return engines.open();
    }
  }

  @Test
  void anEngineThatIsOpenedAheadServesTheFirstLease() throws Exception {
    Gate gate = new Gate("ahead");
    EnginePool.warmUp(gate, 4);
    EnginePool.warmUp(gate, 4);
    gate.asked.await(); // so it opens before anybody leases it
    Future<EngineLease> lease = threads.submit(() -> EnginePool.lease(gate, 4, NO_TIME));
    gate.opens.complete(null);
    assertThat(lease.get().engine()).isSameAs(gate.engines.opened().get(0));
    lease.get().close();
    assertThat(gate.engines.opened()).hasSize(1).allMatch(FakeEngine::isClosed);
  }

  @Test
  void aFailureAheadIsToldByTheLeaseThatNeedsTheEngine() throws Exception {
    Gate gate = new Gate("failing");
    EnginePool.warmUp(gate, 4);
    gate.asked.await();
    gate.opens.completeExceptionally(new IllegalStateException("no such device"));
    assertThatThrownBy(() -> EnginePool.lease(gate, 4, NO_TIME))
        .hasStackTraceContaining("no such device");
    assertThat(EnginePool.statistics()).doesNotContainKey("failing");
  }

  @Test
  void nobodyWaitsForAnEngineThatIsNotNeededAndItClosesAfterAll() throws Exception {
    Gate gate = new Gate("unneeded");
    EnginePool.warmUp(gate, 4);
    gate.asked.await();
    EnginePool.closeAll(); // returns while it opens
    assertThat(gate.engines.opened()).isEmpty();
    gate.opens.complete(null);
    while (gate.engines.opened().isEmpty() || !gate.engines.opened().get(0).isClosed()) {
      Thread.onSpinWait();
    }
    assertThat(EnginePool.statistics()).doesNotContainKey("unneeded");
  }

  @Test
  void anEngineThatIsOpenAndWasNeverLeasedIsClosedWithAll() {
    FakeEngineFactory factory = FakeEngineFactory.of("spare");
    EnginePool.warmUp(factory, 4);
    while (!EnginePool.statistics().containsKey("spare")) {
      Thread.onSpinWait();
    }
    EnginePool.closeAll();
    assertThat(factory.opened()).hasSize(1).allMatch(FakeEngine::isClosed);
  }

  @Test
  void aJobFindsTheEngineOfTheOneBeforeItAndOtherModelsMakeRoom() {
    FakeEngineFactory first = FakeEngineFactory.of("first of two");
    FakeEngineFactory second = FakeEngineFactory.of("second of two");
    for (int job = 0; job < 3; job++) {
      EnginePool.makeRoom(first);
      EnginePool.lease(first, 4, LONG).close();
      EnginePool.keep(first, LONG);
    }
    assertThat(first.opened()).hasSize(1).noneMatch(FakeEngine::isClosed);
    EngineLease inUse = EnginePool.lease(first, 4, LONG);
    EnginePool.makeRoom(second);
    assertThat(first.opened()).hasSize(1).noneMatch(FakeEngine::isClosed);
    inUse.close();
    EnginePool.makeRoom(second);
    assertThat(first.opened()).hasSize(1).allMatch(FakeEngine::isClosed);
    EnginePool.lease(first, 4, NO_TIME).close();
    assertThat(first.opened()).hasSize(2).allMatch(FakeEngine::isClosed);
  }

  @Test
  void anEngineThatAJobDidNotNeedIsClosedAfterItsTime() throws Exception {
    FakeEngineFactory factory = FakeEngineFactory.of("not needed");
    EnginePool.warmUp(factory, 4);
    while (!EnginePool.statistics().containsKey("not needed")) {
      Thread.onSpinWait();
    }
    EnginePool.keep(factory, Duration.ofMillis(1));
    while (!factory.opened().get(0).isClosed()) {
      Thread.sleep(1);
    }
    assertThat(EnginePool.statistics()).doesNotContainKey("not needed");
  }

  @Test
  void aDiscardedEngineIsReplacedAndClosedByItsLastUser() {
    FakeEngineFactory factory = FakeEngineFactory.of("discarded");
    EngineLease first = EnginePool.lease(factory, 4, LONG);
    EngineLease other = EnginePool.lease(factory, 4, LONG);
    first.discard();
    first.close();
    EngineLease next = EnginePool.lease(factory, 4, NO_TIME);
    assertThat(factory.opened()).hasSize(2);
    assertThat(next.engine()).isSameAs(factory.opened().get(1));
    assertThat(factory.opened().get(0).isClosed()).isFalse();
    other.close();
    assertThat(factory.opened().get(0).isClosed()).isTrue();
    assertThat(factory.opened().get(1).isClosed()).isFalse();
    next.close();
    assertThat(factory.opened().get(1).isClosed()).isTrue();
  }

  @Test
  void aFailedOpeningIsReportedAndTriedAgain() {
    AtomicInteger attempts = new AtomicInteger();
    SharedPool<String> pool = new SharedPool<>(value -> {});
    assertThatThrownBy(
            () ->
                pool.lease(
                    "key",
                    () -> {
                      attempts.incrementAndGet();
                      throw new IllegalStateException("no such model");
                    },
                    NO_TIME))
        .hasMessage("no such model");
    try (SharedPool<String>.Lease lease = pool.lease("key", () -> "opened", NO_TIME)) {
      assertThat(lease.value()).isEqualTo("opened");
    }
    assertThat(attempts).hasValue(1);
  }
}
