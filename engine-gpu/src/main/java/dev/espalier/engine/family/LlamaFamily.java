package dev.espalier.engine.family;

import dev.espalier.engine.model.GateFunction;
import dev.espalier.engine.model.ModelConfig;
import dev.espalier.engine.model.Rope;
import java.util.Collections;
import java.util.List;

/** Llama 2, 3, 3.1 and 3.2, SmolLM2 and others that say they are Llama. */
final class LlamaFamily implements ModelFamily {

  @Override
  public List<String> architectures() {
    return List.of("LlamaForCausalLM");
  }

  @Override
  public ModelConfig read(String architecture, ConfigReader config) {
    CommonFields fields = CommonFields.read(config);
    Rope rope = RopeReader.read(config, fields.headSize(), 10_000);
    boolean attentionBias = config.flag("attention_bias", false);
    boolean feedForwardBias = config.flag("mlp_bias", false);
    GateFunction gate = CommonFields.gateFunction(config, "hidden_act", "silu");
    boolean tied = config.flag("tie_word_embeddings", false);
    config.check();
    return fields.preNorm(
        architecture,
        gate,
        tied,
        new ModelConfig.LayerParts(attentionBias, attentionBias, feedForwardBias, false, false),
        Collections.nCopies(fields.layerCount(), fields.attention(rope, 0)));
  }
}
