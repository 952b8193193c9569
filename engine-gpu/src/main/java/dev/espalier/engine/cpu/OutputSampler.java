package dev.espalier.engine.cpu;

import dev.espalier.engine.forward.ForwardBatch;
import dev.espalier.engine.forward.ForwardResult;

/** Answers what an output asks of its logits. Used by one thread. */
@FunctionalInterface
public interface OutputSampler {

  /**
   * @param logits of all tokens of the vocabulary, from {@code offset} on; not to be changed or
   *     kept
   */
  ForwardResult.OutputResult sample(float[] logits, int offset, ForwardBatch.Output output);
}
