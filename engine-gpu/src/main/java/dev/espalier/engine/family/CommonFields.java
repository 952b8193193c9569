package dev.espalier.engine.family;

import dev.espalier.engine.model.AttentionConfig;
import dev.espalier.engine.model.GateFunction;
import dev.espalier.engine.model.ModelConfig;
import dev.espalier.engine.model.Rope;
import java.util.ArrayList;
import java.util.List;

/**
 * The fields of config.json that all families name alike.
 *
 * @param epsilon of the norms
 */
record CommonFields(
    int vocabularySize,
    int hiddenSize,
    int feedForwardSize,
    int contextLength,
    int layerCount,
    int heads,
    int keyValueHeads,
    int headSize,
    float epsilon) {

  static CommonFields read(ConfigReader config) {
    int hidden = config.positive("hidden_size");
    int heads = config.positive("num_attention_heads");
    int keyValueHeads = config.positive("num_key_value_heads", heads);
    if (heads % keyValueHeads != 0) {
      config.problem(
          "num_attention_heads is "
              + heads
              + " but must be a multiple of num_key_value_heads, "
              + keyValueHeads);
    }
    int headSize;
    if (config.has("head_dim")) {
      headSize = config.positive("head_dim");
    } else {
      headSize = Math.max(1, hidden / heads);
      if (hidden % heads != 0) {
        config.problem(
            "hidden_size is "
                + hidden
                + " but must be a multiple of num_attention_heads, "
                + heads);
      }
    }
    if (headSize % 2 != 0) {
      config.problem("the size of a head is " + headSize + " but must be even");
      headSize++;
    }
    return new CommonFields(
        config.positive("vocab_size"),
        hidden,
        config.positive("intermediate_size"),
        config.positive("max_position_embeddings"),
        config.positive("num_hidden_layers"),
        heads,
        keyValueHeads,
        headSize,
        (float) config.positiveNumber("rms_norm_eps", 1e-6));
  }

  /** {@code 1 / sqrt(headSize)}. */
  float defaultScale() {
    return (float) (1 / Math.sqrt(headSize));
  }

  /** Attention without soft cap. */
  AttentionConfig attention(Rope rope, int window) {
    return new AttentionConfig(heads, keyValueHeads, headSize, defaultScale(), 0, window, rope);
  }

  /**
   * Which layers have a sliding window, by {@code layer_types}.
   *
   * @param absent what layers are if the field is absent
   */
  List<Boolean> slidingLayers(ConfigReader config, IsSliding absent) {
    List<String> types = config.texts("layer_types");
    List<Boolean> sliding = new ArrayList<>();
    if (types != null && types.size() != layerCount) {
      config.problem("layer_types has " + types.size() + " entries for " + layerCount + " layers");
      types = null;
    }
    for (int i = 0; i < layerCount; i++) {
      if (types == null) {
        sliding.add(absent.test(i));
      } else if (types.get(i).equals("sliding_attention")
          || types.get(i).equals("full_attention")) {
        sliding.add(types.get(i).equals("sliding_attention"));
      } else {
        config.problem(
            "layer_types has "
                + types.get(i)
                + " but supported are full_attention and"
                + " sliding_attention");
        sliding.add(false);
      }
    }
    return sliding;
  }

  /** Whether a layer has a sliding window. */
  @FunctionalInterface
  interface IsSliding {
    boolean test(int layer);
  }

  /** Reads {@code name}, which must be one of the supported activation functions. */
  static GateFunction gateFunction(ConfigReader config, String name, String absent) {
    String function = config.text(name, absent);
    return switch (function) {
      case "silu", "swish" -> GateFunction.SILU;
      case "gelu_pytorch_tanh", "gelu_new" -> GateFunction.GELU_TANH;
      default -> {
        config.problem(name + " is " + function + " but supported are silu and gelu_pytorch_tanh");
        yield GateFunction.SILU;
      }
    };
  }

  /** A model that normalises what goes into attention and feed-forward, and nothing else. */
  ModelConfig preNorm(
      String architecture,
      GateFunction gate,
      boolean tied,
      ModelConfig.LayerParts parts,
      List<AttentionConfig> layers) {
    return new ModelConfig(
        architecture,
        vocabularySize,
        hiddenSize,
        feedForwardSize,
        contextLength,
        epsilon,
        0,
        1,
        gate,
        0,
        tied,
        parts,
        layers);
  }

  /** Attention of each layer, with {@code window} where it slides. */
  List<AttentionConfig> layers(List<Boolean> sliding, Rope rope, int window) {
    return sliding.stream().map(slides -> attention(rope, slides ? window : 0)).toList();
  }
}
