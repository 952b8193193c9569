package dev.espalier.engine.model;

/** Activation function of the gate in a feed-forward layer. */
public enum GateFunction {
  /** {@code x / (1 + exp(-x))}. */
  SILU,
  /** {@code 0.5 * x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3)))}. */
  GELU_TANH
}
