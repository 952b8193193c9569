package dev.espalier.engine.family;

import dev.espalier.engine.model.AttentionConfig;
import dev.espalier.engine.model.GateFunction;
import dev.espalier.engine.model.ModelConfig;
import dev.espalier.engine.model.Rope;
import java.util.List;

/** Qwen 2 and 2.5: Llama with biases on queries, keys and values. */
final class Qwen2Family implements ModelFamily {
  private static final int WINDOW = 4096;
  private static final int FIRST_WINDOW = 28;
  private static final ConfigDefaults ABSENT =
      new ConfigDefaults(
          151_936,
          4096,
          22_016,
          32,
          32,
          32,
          true,
          ConfigDefaults.QUOTIENT,
          false,
          32_768,
          false,
          false,
          List.of());

  @Override
  public String architecture() {
    return "Qwen2ForCausalLM";
  }

  @Override
  public String modelType() {
    return "qwen2";
  }

  @Override
  public ReadConfig read(ConfigReader config) {
    CommonFields fields = CommonFields.read(config, ABSENT);
    Rope rope = RopeReader.read(config, fields);
    List<AttentionConfig> layers = layers(fields, config, rope);
    GateFunction gate = CommonFields.gateFunction(config, "hidden_act", "silu");
    config.check();
    return fields.preNorm(
        architecture(), gate, new ModelConfig.LayerParts(true, false, false, false, false), layers);
  }

  /** Qwen's windows: if switched on, from layer {@code max_window_layers} on. */
  static List<AttentionConfig> layers(CommonFields fields, ConfigReader config, Rope rope) {
    int written = config.sizeOrNull("sliding_window", WINDOW, 0, Integer.MAX_VALUE);
    int window = config.flag("use_sliding_window", false) ? written : 0;
    String first = "max_window_layers";
    int from = config.isAbsent(first) ? FIRST_WINDOW : config.integer(first, 0, Integer.MAX_VALUE);
    List<Boolean> sliding =
        fields.slidingLayers(config, window, layer -> window > 0 && layer >= from);
    return fields.layers(sliding, rope, window);
  }
}
