package dev.espalier.engine.cpu;

import dev.espalier.engine.step.StepBatch;
import dev.espalier.engine.step.StepResult;

/** Answers what an output asks of its logits. Used by one thread. */
@FunctionalInterface
public interface RowSampler {

  /**
   * @param logits of all tokens of the vocabulary, from {@code offset} on; not to be changed or
   *     kept
   */
  StepResult.OutputResult sample(float[] logits, int offset, StepBatch.Output output);
}
