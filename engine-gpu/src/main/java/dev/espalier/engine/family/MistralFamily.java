package dev.espalier.engine.family;

import dev.espalier.engine.model.AttentionConfig;
import dev.espalier.engine.model.GateFunction;
import dev.espalier.engine.model.ModelConfig;
import dev.espalier.engine.model.Rope;
import java.util.List;

/**
 * Mistral: Llama with a sliding window in all layers or in none; with {@code layer_types}, in those
 * that it names (Ministral).
 */
final class MistralFamily implements ModelFamily {
  private static final int WINDOW = 4096;
  private static final ConfigDefaults ABSENT =
      new ConfigDefaults(
          32_000,
          4096,
          14_336,
          32,
          32,
          8,
          false,
          ConfigDefaults.QUOTIENT,
          true,
          131_072,
          false,
          false,
          List.of(2));

  @Override
  public String architecture() {
    return "MistralForCausalLM";
  }

  @Override
  public String modelType() {
    return "mistral";
  }

  @Override
  public ReadConfig read(ConfigReader config) {
    CommonFields fields = CommonFields.read(config, ABSENT);
    Rope rope = RopeReader.read(config, fields);
    int window = config.sizeOrNull("sliding_window", WINDOW, 0, Integer.MAX_VALUE);
    List<AttentionConfig> layers =
        fields.layers(fields.slidingLayers(config, window, layer -> window > 0), rope, window);
    GateFunction gate = CommonFields.gateFunction(config, "hidden_act", "silu");
    config.check();
    return fields.preNorm(
        architecture(),
        gate,
        new ModelConfig.LayerParts(false, false, false, false, false),
        layers);
  }
}
