package dev.espalier.engine.model;

/**
 * Runs forward passes of one model over paged keys and values on one device. The scheduler is its
 * only caller, from one thread.
 *
 * <p>A token's keys, values and logits are a function of the tokens of its own sequence up to it,
 * bit for bit: never of the other slices of the step, of how the sequence was cut into steps, or of
 * the page numbers.
 */
public interface ModelRunner extends AutoCloseable {

  /** Most positions of one sequence. */
  int contextLength();

  /** Number of logits. */
  int vocabularySize();

  /** Tokens in one page of keys and values. */
  int pageSize();

  /** Pages of the cache; their numbers are {@code 0} to {@code pages() - 1}. */
  int pages();

  /**
   * Runs one step: first its page copies in order, then its slices. Within a layer all keys and
   * values of the step are written before any is read, so a slice may read pages that another slice
   * of the same step fills.
   *
   * @throws dev.espalier.engine.EngineException of kind MACHINE if the device failed
   */
  StepResult run(StepBatch batch);

  @Override
  void close();
}
