package dev.espalier.engine.family;

import dev.espalier.engine.model.GateFunction;
import dev.espalier.engine.model.ModelConfig;
import dev.espalier.engine.model.Rope;
import java.util.Collections;
import java.util.List;

/** Mistral: Llama with a sliding window in all layers or in none. */
final class MistralFamily implements ModelFamily {

  @Override
  public List<String> architectures() {
    return List.of("MistralForCausalLM");
  }

  @Override
  public ModelConfig read(String architecture, ConfigReader config) {
    CommonFields fields = CommonFields.read(config);
    Rope rope = RopeReader.read(config, fields.headSize(), 10_000);
    int window = config.has("sliding_window") ? config.positive("sliding_window") : 0;
    GateFunction gate = CommonFields.gateFunction(config, "hidden_act", "silu");
    boolean tied = config.flag("tie_word_embeddings", false);
    config.check();
    return fields.preNorm(
        architecture,
        gate,
        tied,
        new ModelConfig.LayerParts(false, false, false, false, false),
        Collections.nCopies(fields.layerCount(), fields.attention(rope, window)));
  }
}
