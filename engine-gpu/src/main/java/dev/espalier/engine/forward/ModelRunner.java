package dev.espalier.engine.forward;

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
   * Whether the device works on its own once a step is launched, so that it pays to launch the next
   * one before the result of the last is there.
   */
  boolean runsAhead();

  /**
   * Launches one step: first its page copies in order, then its slices. Within a layer all keys and
   * values of the step are written before any is read, so a slice may read pages that another slice
   * of the same step fills.
   *
   * <p>Steps take effect in the order of their launches. The step before must have been {@linkplain
   * LaunchedForward#sample sampled}, the one before that {@linkplain LaunchedForward#await
   * awaited}: at most two are under way.
   *
   * @param batch not to be changed until the step was awaited
   * @throws dev.espalier.engine.EngineException of kind MACHINE if the device failed
   */
  LaunchedForward launch(ForwardBatch batch);

  /** Launches a step, which is the only one under way, and waits for what it reports. */
  default ForwardResult run(ForwardBatch batch) {
    LaunchedForward step = launch(batch);
    step.sample(batch);
    return step.await();
  }

  @Override
  void close();
}
