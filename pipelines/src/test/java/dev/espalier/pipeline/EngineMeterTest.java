package dev.espalier.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.EngineActivity;
import org.junit.jupiter.api.Test;

class EngineMeterTest {
  private final BusyEngine engine = new BusyEngine();

  @Test
  void whatTasksReportIsWhatTheEngineDid() {
    engine.work(5);
    EngineActivity first = EngineMeter.of(engine).report(engine);
    engine.work(7);
    EngineActivity second = EngineMeter.of(engine).report(engine);
    EngineActivity third = EngineMeter.of(engine).report(engine);
    assertThat(first.generatedTokens()).isEqualTo(5);
    assertThat(second.generatedTokens()).isEqualTo(7);
    assertThat(third.generatedTokens()).isZero();
  }

  @Test
  void whatTasksShowAddsUpAndTheMomentIsShownOnce() {
    EngineMeter.Share one = EngineMeter.of(engine).open();
    EngineMeter.Share two = EngineMeter.of(engine).open();
    engine.work(5);
    two.now(engine);
    engine.work(7);
    assertThat(one.now(engine).generatedTokens() + two.now(engine).generatedTokens()).isEqualTo(12);
    assertThat(one.now(engine).running() + two.now(engine).running()).isEqualTo(BusyEngine.RUNNING);
    one.close();
    engine.work(2);
    assertThat(two.now(engine).running()).isEqualTo(BusyEngine.RUNNING);
    assertThat(one.now(engine).running()).isZero();
    assertThat(one.now(engine).generatedTokens() + two.now(engine).generatedTokens()).isEqualTo(14);
    two.close();
  }

  /** An engine whose work is told to it. */
  private static final class BusyEngine extends FakeEngine {
    static final int RUNNING = 3;

    private long generated;

    BusyEngine() {
      super(FakeEngineFactory.of("metered"));
    }

    void work(long tokens) {
      generated += tokens;
    }

    @Override
    public EngineActivity activity() {
      return new EngineActivity(0, 0, generated, RUNNING, 0, 0, 0, 0, 0, 0, 0, 0);
    }
  }
}
