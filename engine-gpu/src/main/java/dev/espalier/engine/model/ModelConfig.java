package dev.espalier.engine.model;

import java.util.List;
import java.util.Objects;

/**
 * A decoder-only transformer, free of the names its family gives to things.
 *
 * @param architecture name of the class in config.json, such as {@code LlamaForCausalLM}
 * @param vocabularySize rows of the embedding table and of the output head
 * @param hiddenSize values of the residual stream
 * @param feedForwardSize values between the maps of a feed-forward layer
 * @param contextLength most positions
 * @param normEpsilon added to the mean square
 * @param normOffset 1 if the checkpoint stores norm weights less one, else 0
 * @param embeddingScale multiplies the embedding of a token
 * @param gateFunction activation function of the feed-forward gate
 * @param logitSoftCap {@code cap * tanh(x / cap)} on the logits; 0 for none
 * @param tiedEmbeddings whether the output head is the embedding table
 * @param parts which optional weights a layer has
 * @param layers attention of each layer
 */
public record ModelConfig(
    String architecture,
    int vocabularySize,
    int hiddenSize,
    int feedForwardSize,
    int contextLength,
    float normEpsilon,
    float normOffset,
    float embeddingScale,
    GateFunction gateFunction,
    float logitSoftCap,
    boolean tiedEmbeddings,
    LayerParts parts,
    List<AttentionConfig> layers) {

  public ModelConfig {
    Objects.requireNonNull(architecture, "architecture");
    Objects.requireNonNull(gateFunction, "gateFunction");
    Objects.requireNonNull(parts, "parts");
    layers = List.copyOf(layers);
    if (vocabularySize < 1
        || hiddenSize < 1
        || feedForwardSize < 1
        || contextLength < 1
        || layers.isEmpty()) {
      throw new IllegalArgumentException("sizes must be positive");
    }
  }

  /**
   * Optional weights of a layer.
   *
   * @param qkvBias query, key and value maps have a bias
   * @param outputBias the map after attention has a bias
   * @param feedForwardBias the feed-forward maps have a bias
   * @param queryKeyNorms each head's query and key are normalised before rotation
   * @param postNorms the results of attention and feed-forward are normalised before they are added
   */
  public record LayerParts(
      boolean qkvBias,
      boolean outputBias,
      boolean feedForwardBias,
      boolean queryKeyNorms,
      boolean postNorms) {}

  /** The same model with an output head of its own. */
  public ModelConfig untied() {
    return new ModelConfig(
        architecture,
        vocabularySize,
        hiddenSize,
        feedForwardSize,
        contextLength,
        normEpsilon,
        normOffset,
        embeddingScale,
        gateFunction,
        logitSoftCap,
        false,
        parts,
        layers);
  }

  /** Values of the widest row of queries, keys and values. */
  public int maxQkvColumns() {
    return layers.stream().mapToInt(a -> a.queryColumns() + 2 * a.keyColumns()).max().orElseThrow();
  }

  /** Values of the widest row of queries. */
  public int maxQueryColumns() {
    return layers.stream().mapToInt(AttentionConfig::queryColumns).max().orElseThrow();
  }

  /** Parameters, those of norms and biases left out. */
  public long parameters() {
    long embedding = (long) vocabularySize * hiddenSize;
    long total = tiedEmbeddings ? embedding : 2 * embedding;
    for (AttentionConfig a : layers) {
      total += (long) hiddenSize * (2L * a.queryColumns() + 2L * a.keyColumns());
      total += 3L * hiddenSize * feedForwardSize;
    }
    return total;
  }
}
