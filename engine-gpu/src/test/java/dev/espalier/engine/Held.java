package dev.espalier.engine;

import dev.espalier.engine.step.ForwardingRunner;
import dev.espalier.engine.step.LaunchedStep;
import dev.espalier.engine.step.ModelRunner;
import dev.espalier.engine.step.StepBatch;
import java.util.concurrent.CountDownLatch;

/**
 * A runner that launches nothing until {@link #release}, so that what is sent until then goes into
 * steps together.
 */
final class Held extends ForwardingRunner {
  private final CountDownLatch released = new CountDownLatch(1);
  private volatile int mostOutputs;

  Held(ModelRunner runner) {
    super(runner);
  }

  void release() {
    released.countDown();
  }

  /** Most outputs of a step so far. */
  int mostOutputs() {
    return mostOutputs;
  }

  @Override
  public LaunchedStep launch(StepBatch batch) {
    try {
      released.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    int outputs = batch.slices().stream().mapToInt(slice -> slice.outputs().size()).sum();
    mostOutputs = Math.max(mostOutputs, outputs);
    return super.launch(batch);
  }
}
