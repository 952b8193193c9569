package dev.espalier.engine.family;

import com.fasterxml.jackson.databind.JsonNode;
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
 * @param endTokens ids that end a generation
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
    float epsilon,
    boolean tied,
    List<Integer> endTokens) {

  static CommonFields read(ConfigReader config, ConfigDefaults absent) {
    int hidden = config.size("hidden_size", absent.hiddenSize(), ConfigLimits.HIDDEN);
    int heads = config.size("num_attention_heads", absent.heads(), ConfigLimits.HEADS);
    int headSize = headSize(config, absent, hidden, heads);
    return new CommonFields(
        config.size("vocab_size", absent.vocabularySize(), ConfigLimits.VOCABULARY),
        hidden,
        config.size("intermediate_size", absent.feedForwardSize(), ConfigLimits.FEED_FORWARD),
        config.size("max_position_embeddings", absent.contextLength(), ConfigLimits.POSITIONS),
        config.size("num_hidden_layers", absent.layerCount(), ConfigLimits.LAYERS),
        heads,
        keyValueHeads(config, absent, heads),
        headSize,
        (float) config.positiveNumber("rms_norm_eps", 1e-6),
        config.flag("tie_word_embeddings", absent.tied()),
        endTokens(config, absent));
  }

  private static int keyValueHeads(ConfigReader config, ConfigDefaults absent, int heads) {
    String name = "num_key_value_heads";
    int usual = absent.keyValueHeads() == ConfigDefaults.AS_HEADS ? heads : absent.keyValueHeads();
    int keyValueHeads =
        absent.nullKeyValueHeads()
            ? config.sizeOrNull(name, usual, heads, ConfigLimits.HEADS)
            : config.size(name, usual, ConfigLimits.HEADS);
    if (heads % keyValueHeads == 0) {
      return keyValueHeads;
    }
    config.problem(
        "num_attention_heads",
        "is " + heads + " but must be a multiple of num_key_value_heads, " + keyValueHeads);
    return heads;
  }

  private static int headSize(ConfigReader config, ConfigDefaults absent, int hidden, int heads) {
    int quotient = Math.max(1, hidden / heads);
    int usual = absent.headSize() == ConfigDefaults.QUOTIENT ? quotient : absent.headSize();
    int headSize =
        absent.nullHeadSize()
            ? config.sizeOrNull("head_dim", usual, quotient, ConfigLimits.HEAD_SIZE)
            : config.size("head_dim", usual, ConfigLimits.HEAD_SIZE);
    boolean divided = !config.has("head_dim") && headSize == quotient;
    if (hidden % heads != 0 && (divided || absent.headsDivideHidden())) {
      config.problem(
          "hidden_size",
          "is " + hidden + " but must be a multiple of num_attention_heads, " + heads);
    }
    if (headSize > ConfigLimits.HEAD_SIZE) {
      config.problem(
          "num_attention_heads",
          "is "
              + heads
              + ", so a head has "
              + headSize
              + " values, but "
              + ConfigLimits.HEAD_SIZE
              + " are the most");
      return 2;
    }
    if (headSize % 2 != 0) {
      config.problem("head_dim", "makes the size of a head " + headSize + " but it must be even");
      return headSize + 1;
    }
    return headSize;
  }

  /** {@code eos_token_id}: an id or several; null for none. */
  private static List<Integer> endTokens(ConfigReader config, ConfigDefaults absent) {
    String name = "eos_token_id";
    if (!config.has(name)) {
      return config.isAbsent(name) ? absent.endTokens() : List.of();
    }
    List<Integer> ids = new ArrayList<>();
    JsonNode field = config.value(name);
    for (JsonNode id : field.isArray() ? field : List.of(field)) {
      if (!id.isInt() || id.intValue() < 0) {
        config.mustBe(name, "an id of a token or several");
        return List.of();
      }
      ids.add(id.intValue());
    }
    return ids;
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
   * @param window of those that have one; 0 if none may have
   * @param absent what layers are if the field is absent or null
   */
  List<Boolean> slidingLayers(ConfigReader config, int window, IsSliding absent) {
    List<String> types = config.texts("layer_types");
    if (types != null && types.size() != layerCount) {
      config.problem(
          "layer_types", "has " + types.size() + " entries for " + layerCount + " layers");
      types = null;
    }
    List<Boolean> sliding = new ArrayList<>();
    for (int i = 0; i < layerCount; i++) {
      sliding.add(types == null ? absent.test(i) : isSliding(config, types.get(i)));
    }
    if (types != null && window == 0 && sliding.contains(true)) {
      config.problem("layer_types", "has sliding_attention, but the model has no sliding window");
    }
    return sliding;
  }

  private static boolean isSliding(ConfigReader config, String type) {
    switch (type) {
      case "sliding_attention" -> {
        return true;
      }
      case "full_attention", "attention" -> {
        return false;
      }
      default -> {
        config.problem(
            "layer_types",
            "has " + type + " but supported are full_attention and sliding_attention");
        return false;
      }
    }
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
        config.problem(name, "is " + function + " but supported are silu and gelu_pytorch_tanh");
        yield GateFunction.SILU;
      }
    };
  }

  /** A model that normalises what goes into attention and feed-forward, and nothing else. */
  ReadConfig preNorm(
      String architecture,
      GateFunction gate,
      ModelConfig.LayerParts parts,
      List<AttentionConfig> layers) {
    return new ReadConfig(
        new ModelConfig(
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
            layers),
        endTokens);
  }

  /** Attention of each layer, with {@code window} where it slides. */
  List<AttentionConfig> layers(List<Boolean> sliding, Rope rope, int window) {
    return sliding.stream().map(slides -> attention(rope, slides ? window : 0)).toList();
  }
}
