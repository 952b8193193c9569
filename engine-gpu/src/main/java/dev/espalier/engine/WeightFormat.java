package dev.espalier.engine;

/** How weights of linear maps are kept in memory. */
public enum WeightFormat {
  /** As in the checkpoint. */
  CHECKPOINT,
  /**
   * Eight-bit integers with a float32 scale for each 64 inputs of an output: half the memory of
   * bfloat16, and other outputs. On the CPU only.
   */
  INT8
}
