package dev.espalier.engine.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LoopClockTest {
  private final AtomicLong now = new AtomicLong(1000);
  private final LoopClock clock = new LoopClock(now::get);

  @Test
  void everyMomentSinceTheFirstRequestIsOfOnePhase() {
    clock.enter(LoopClock.Phase.IDLE);
    now.addAndGet(500); // before the first request
    clock.enter(LoopClock.Phase.HOST);
    now.addAndGet(3);
    clock.enter(LoopClock.Phase.BUSY);
    now.addAndGet(40);
    clock.enter(LoopClock.Phase.BUSY_SHORT_OF_PAGES);
    now.addAndGet(20);
    clock.enter(LoopClock.Phase.HOST);
    now.addAndGet(2);
    clock.enter(LoopClock.Phase.IDLE);
    now.addAndGet(7);
    assertThat(clock.times()).isEqualTo(new LoopClock.Times(60, 20, 5, 7));
  }

  @Test
  void aPhaseThatLastsIsCountedUpToNow() {
    clock.enter(LoopClock.Phase.BUSY);
    now.addAndGet(10);
    assertThat(clock.times().busy()).isEqualTo(10);
    clock.enter(LoopClock.Phase.BUSY);
    now.addAndGet(10);
    assertThat(clock.times().busy()).isEqualTo(20);
  }

  @Test
  void nothingIsCountedBeforeTheFirstRequest() {
    now.addAndGet(10);
    assertThat(clock.times()).isEqualTo(new LoopClock.Times(0, 0, 0, 0));
  }
}
