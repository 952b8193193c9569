package dev.espalier.engine;

/** Why a generation ended. */
public enum FinishReason {
  /** A stop string, a stop token, a stop pattern or the model's end-of-turn token. */
  STOP,
  /** {@code maxTokens} were generated, or the context of the model is full. */
  LENGTH,
  /** The constraint allows nothing after what was generated. */
  CONSTRAINT
}
