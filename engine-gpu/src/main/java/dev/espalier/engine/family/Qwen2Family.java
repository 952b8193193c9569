package dev.espalier.engine.family;

import dev.espalier.engine.model.AttentionConfig;
import dev.espalier.engine.model.GateFunction;
import dev.espalier.engine.model.ModelConfig;
import dev.espalier.engine.model.Rope;
import java.util.List;

/** Qwen 2 and 2.5: Llama with biases on queries, keys and values. */
final class Qwen2Family implements ModelFamily {

  @Override
  public List<String> architectures() {
    return List.of("Qwen2ForCausalLM");
  }

  @Override
  public ModelConfig read(String architecture, ConfigReader config) {
    CommonFields fields = CommonFields.read(config);
    Rope rope = RopeReader.read(config, fields.headSize(), 10_000);
    List<AttentionConfig> layers = layers(fields, config, rope);
    GateFunction gate = CommonFields.gateFunction(config, "hidden_act", "silu");
    boolean tied = config.flag("tie_word_embeddings", false);
    config.check();
    return fields.preNorm(
        architecture,
        gate,
        tied,
        new ModelConfig.LayerParts(true, false, false, false, false),
        layers);
  }

  /** Qwen's windows: if switched on, from layer {@code max_window_layers} on. */
  static List<AttentionConfig> layers(CommonFields fields, ConfigReader config, Rope rope) {
    boolean windows = config.flag("use_sliding_window", false) && config.has("sliding_window");
    int window = windows ? config.positive("sliding_window") : 0;
    int first = config.positive("max_window_layers", fields.layerCount());
    List<Boolean> sliding = fields.slidingLayers(config, layer -> windows && layer >= first);
    return fields.layers(sliding, rope, window);
  }
}
