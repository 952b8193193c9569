package dev.espalier.engine;

import dev.espalier.engine.forward.ForwardBatch;
import dev.espalier.engine.forward.ForwardingRunner;
import dev.espalier.engine.forward.LaunchedForward;
import dev.espalier.engine.forward.ModelRunner;
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
  public LaunchedForward launch(ForwardBatch batch) {
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
