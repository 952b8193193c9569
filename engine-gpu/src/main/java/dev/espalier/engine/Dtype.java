package dev.espalier.engine;

/**
 * The type that a model is computed in: activations, keys and values, and the products' operands.
 */
public enum Dtype {
  /** float32 on the CPU, bfloat16 on a GPU. */
  AUTO,
  /** Operands of 16 bits, summed in float32. On a GPU only. */
  BFLOAT16,
  /** float32 everywhere, over the checkpoint's own weights. */
  FLOAT32
}
