package dev.espalier.engine.family;

import dev.espalier.engine.model.AttentionConfig;
import dev.espalier.engine.model.GateFunction;
import dev.espalier.engine.model.ModelConfig;
import dev.espalier.engine.model.Rope;
import java.util.List;

/** Qwen 3: Llama with norms on the query and key of each head. */
final class Qwen3Family implements ModelFamily {
  private static final ConfigDefaults ABSENT =
      new ConfigDefaults(
          151_936, 4096, 22_016, 32, 32, 32, true, 128, false, 32_768, false, false, List.of());

  @Override
  public String architecture() {
    return "Qwen3ForCausalLM";
  }

  @Override
  public String modelType() {
    return "qwen3";
  }

  @Override
  public ReadConfig read(ConfigReader config) {
    CommonFields fields = CommonFields.read(config, ABSENT);
    Rope rope = RopeReader.read(config, fields);
    List<AttentionConfig> layers = Qwen2Family.layers(fields, config, rope);
    boolean bias = config.flag("attention_bias", false);
    GateFunction gate = CommonFields.gateFunction(config, "hidden_act", "silu");
    config.check();
    return fields.preNorm(
        architecture(), gate, new ModelConfig.LayerParts(bias, bias, false, true, false), layers);
  }
}
