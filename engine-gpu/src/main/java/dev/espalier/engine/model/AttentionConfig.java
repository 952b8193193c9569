package dev.espalier.engine.model;

import java.util.Objects;

/**
 * Attention of one layer.
 *
 * @param heads query heads
 * @param keyValueHeads divides {@code heads}
 * @param headSize values of one head, even
 * @param scale multiplies the product of query and key
 * @param softCap {@code softCap * tanh(x / softCap)} on the scaled products; 0 for none
 * @param window a token sees itself and the {@code window - 1} tokens before it; 0 for all
 * @param rope rotation of queries and keys
 */
public record AttentionConfig(
    int heads, int keyValueHeads, int headSize, float scale, float softCap, int window, Rope rope) {

  public AttentionConfig {
    Objects.requireNonNull(rope, "rope");
    if (heads < 1 || keyValueHeads < 1 || heads % keyValueHeads != 0) {
      throw new IllegalArgumentException(
          heads + " heads cannot share " + keyValueHeads + " key-value heads");
    }
    if (headSize < 2 || headSize % 2 != 0 || rope.pairs() != headSize / 2) {
      throw new IllegalArgumentException(
          "head size " + headSize + " needs to be even, with half as many frequencies");
    }
    if (!(scale > 0) || !(softCap >= 0) || window < 0) {
      throw new IllegalArgumentException(
          "scale " + scale + ", soft cap " + softCap + ", window " + window);
    }
  }

  /** Values of all queries in a row. */
  public int queryColumns() {
    return heads * headSize;
  }

  /** Values of all keys, or all values, in a row. */
  public int keyColumns() {
    return keyValueHeads * headSize;
  }
}
