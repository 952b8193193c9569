package dev.espalier.bench;

import dev.espalier.engine.forward.ForwardBatch;
import dev.espalier.engine.forward.ForwardResult;
import dev.espalier.engine.forward.ForwardingRunner;
import dev.espalier.engine.forward.LaunchedForward;
import dev.espalier.engine.forward.ModelRunner;

/**
 * Passes steps on, and counts the seconds that pass with those that hold prompts. Stays open for
 * the next measurement when its engine closes it.
 */
final class TimedRunner extends ForwardingRunner {
  private final boolean runsAhead;
  private long lastEnd = System.nanoTime();
  private long promptNanos;

  /**
   * @param runsAhead whether steps may be launched ahead where the device permits it
   */
  TimedRunner(ModelRunner runner, boolean runsAhead) {
    super(runner);
    this.runsAhead = runsAhead && runner.runsAhead();
  }

  /** Seconds of steps with prompts, each from the end of the step before to its own. */
  double promptSeconds() {
    return promptNanos / 1e9;
  }

  @Override
  public boolean runsAhead() {
    return runsAhead;
  }

  @Override
  public LaunchedForward launch(ForwardBatch batch) {
    LaunchedForward step = super.launch(batch);
    boolean prompts = batch.tokenCount() > batch.slices().size();
    return new LaunchedForward() {
      @Override
      public void sample(ForwardBatch asked) {
        step.sample(asked);
      }

      @Override
      public ForwardResult await() {
        ForwardResult result = step.await();
        long now = System.nanoTime();
        promptNanos += prompts ? now - lastEnd : 0;
        lastEnd = now;
        return result;
      }
    };
  }

  @Override
  public void close() {}
}
