package dev.espalier.engine.forward;

/**
 * A step whose forward pass is under way. Used by the thread that launched it: {@link #sample}
 * once, then {@link #await} once.
 */
public interface LaunchedForward {

  /**
   * Asks for what the step reports. It may ask other things of the logits than the batch that was
   * launched did, as long as it asks them after the same tokens: so the forward pass of a token
   * that the device has just chosen runs while the host finds out what may follow it.
   *
   * @param asked the launched batch, with other targets, alternatives or choices
   */
  void sample(ForwardBatch asked);

  /**
   * Waits for what was asked.
   *
   * @return answers, or failures of single outputs
   * @throws dev.espalier.engine.EngineException of kind MACHINE if the device failed
   */
  ForwardResult await();
}
