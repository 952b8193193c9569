package dev.espalier.engine.family;

import java.util.List;

/**
 * What fields of config.json mean that are not there, or null: the values that transformers'
 * configuration class of a family has, which published files leave out at will.
 *
 * @param nullKeyValueHeads whether a {@code num_key_value_heads} of null is as many as heads, and
 *     not refused
 * @param headSize 0 for {@code hidden_size / num_attention_heads}
 * @param nullHeadSize whether a {@code head_dim} of null is that quotient, and not refused
 * @param headsDivideHidden whether the hidden size must be a multiple of the heads, whatever {@code
 *     head_dim} says
 * @param endTokens ids that end a generation
 */
record ConfigDefaults(
    int vocabularySize,
    int hiddenSize,
    int feedForwardSize,
    int layerCount,
    int heads,
    int keyValueHeads,
    boolean nullKeyValueHeads,
    int headSize,
    boolean nullHeadSize,
    int contextLength,
    boolean headsDivideHidden,
    boolean tied,
    List<Integer> endTokens) {

  /** Stands for as many key-value heads as heads. */
  static final int AS_HEADS = 0;

  /** Stands for a head size of {@code hidden_size / num_attention_heads}. */
  static final int QUOTIENT = 0;
}
