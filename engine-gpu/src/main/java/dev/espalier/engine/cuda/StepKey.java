package dev.espalier.engine.cuda;

/**
 * Whatever of the host is baked into the launches of a step; all else they read from device memory.
 *
 * @param rows of the launches
 * @param many whether attention for many queries runs
 * @param merges whether partial attention is merged
 * @param generation of the buffers that the launches name
 */
record StepKey(int rows, boolean many, boolean merges, int generation) {

  /** The key of a step of {@code rows} rows with the attention of {@code plan}. */
  static StepKey of(int rows, AttentionPlan plan, int generation) {
    return new StepKey(rows, !plan.many().isEmpty(), plan.merges(), generation);
  }
}
