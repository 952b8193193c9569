package dev.espalier.engine.family;

import dev.espalier.engine.model.AttentionConfig;
import dev.espalier.engine.model.GateFunction;
import dev.espalier.engine.model.ModelConfig;
import dev.espalier.engine.model.Rope;
import java.util.List;

/** Llama 2, 3, 3.1 and 3.2, SmolLM2 and others that say they are Llama. */
final class LlamaFamily implements ModelFamily {
  private static final ConfigDefaults ABSENT =
      new ConfigDefaults(
          32_000,
          4096,
          11_008,
          32,
          32,
          ConfigDefaults.AS_HEADS,
          true,
          ConfigDefaults.QUOTIENT,
          true,
          2048,
          true,
          false,
          List.of(2));

  @Override
  public String architecture() {
    return "LlamaForCausalLM";
  }

  @Override
  public String modelType() {
    return "llama";
  }

  @Override
  public ReadConfig read(ConfigReader config) {
    CommonFields fields = CommonFields.read(config, ABSENT);
    Rope rope = RopeReader.read(config, fields);
    boolean attentionBias = config.flag("attention_bias", false);
    boolean feedForwardBias = config.flag("mlp_bias", false);
    GateFunction gate = CommonFields.gateFunction(config, "hidden_act", "silu");
    List<AttentionConfig> layers =
        fields.layers(fields.slidingLayers(config, 0, layer -> false), rope, 0);
    config.check();
    return fields.preNorm(
        architecture(),
        gate,
        new ModelConfig.LayerParts(attentionBias, attentionBias, feedForwardBias, false, false),
        layers);
  }
}
