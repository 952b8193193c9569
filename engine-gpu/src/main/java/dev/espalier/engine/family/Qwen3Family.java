package dev.espalier.engine.family;

import dev.espalier.engine.model.AttentionConfig;
import dev.espalier.engine.model.GateFunction;
import dev.espalier.engine.model.ModelConfig;
import dev.espalier.engine.model.Rope;
import java.util.List;

/** Qwen 3: Llama with norms on the query and key of each head. */
final class Qwen3Family implements ModelFamily {

  @Override
  public List<String> architectures() {
    return List.of("Qwen3ForCausalLM");
  }

  @Override
  public ModelConfig read(String architecture, ConfigReader config) {
    CommonFields fields = CommonFields.read(config);
    Rope rope = RopeReader.read(config, fields.headSize(), 10_000);
    List<AttentionConfig> layers = Qwen2Family.layers(fields, config, rope);
    boolean bias = config.flag("attention_bias", false);
    GateFunction gate = CommonFields.gateFunction(config, "hidden_act", "silu");
    boolean tied = config.flag("tie_word_embeddings", false);
    config.check();
    return fields.preNorm(
        architecture,
        gate,
        tied,
        new ModelConfig.LayerParts(bias, bias, false, true, false),
        layers);
  }
}
