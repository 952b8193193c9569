package dev.espalier.engine.loop;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.forward.ForwardResult;
import dev.espalier.engine.forward.LaunchedForward;
import dev.espalier.engine.forward.ModelRunner;
import dev.espalier.engine.schedule.Step;

/** A step on its way through the model runner; what fails on the way is reported at its end. */
final class StepUnderWay {
  private final Step step;
  private LaunchedForward launched;
  private EngineException failure;

  /** Launches {@code step}. */
  StepUnderWay(ModelRunner runner, Step step) {
    this.step = step;
    try {
      launched = runner.launch(step.batch());
    } catch (RuntimeException | Error e) {
      failure = EngineException.of(e);
    }
  }

  Step step() {
    return step;
  }

  /** Whether it failed already: then no other step can follow it. */
  boolean hasFailed() {
    return failure != null;
  }

  /** Asks for what the step reports. */
  void sample() {
    if (failure == null) {
      try {
        launched.sample(step.batch());
      } catch (RuntimeException | Error e) {
        failure = EngineException.of(e);
      }
    }
  }

  /**
   * Waits for the result.
   *
   * @throws EngineException if anything failed since the launch
   */
  ForwardResult await() {
    if (failure != null) {
      throw failure;
    }
    try {
      return launched.await();
    } catch (RuntimeException | Error e) {
      throw EngineException.of(e);
    }
  }

  /** Waits for the end of a step whose results are of no use, because the one before it failed. */
  void abandon() {
    sample();
    try {
      await();
    } catch (EngineException e) {
      failure = e; // of less interest than the failure before it
    }
  }
}
