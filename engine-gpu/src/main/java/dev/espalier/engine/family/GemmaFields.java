package dev.espalier.engine.family;

import dev.espalier.engine.model.AttentionConfig;
import dev.espalier.engine.model.GateFunction;
import dev.espalier.engine.model.ModelConfig;
import dev.espalier.engine.model.Rope;
import java.util.List;

/**
 * What the Gemma families have in common beyond {@link CommonFields}.
 *
 * @param scale of attention products
 * @param attentionCap 0 for none
 * @param logitCap 0 for none
 */
record GemmaFields(
    float scale, float attentionCap, float logitCap, int window, boolean bias, GateFunction gate) {

  static GemmaFields read(ConfigReader config, double absentLogitCap, double absentAttentionCap) {
    String bidirectional = "use_bidirectional_attention";
    if (config.has(bidirectional) && config.flag(bidirectional, false)) {
      config.problem(bidirectional, "is set, but only causal attention is supported");
    }
    return new GemmaFields(
        (float) (1 / Math.sqrt(config.size("query_pre_attn_scalar", 256, Integer.MAX_VALUE))),
        cap(config, "attn_logit_softcapping", absentAttentionCap),
        cap(config, "final_logit_softcapping", absentLogitCap),
        config.size("sliding_window", 4096, Integer.MAX_VALUE),
        config.flag("attention_bias", false),
        CommonFields.gateFunction(config, "hidden_activation", "gelu_pytorch_tanh"));
  }

  /** A cap that is there and null is none; one that is not there has the family's value. */
  private static float cap(ConfigReader config, String name, double absent) {
    return config.isNull(name) ? 0 : (float) config.positiveNumber(name, absent);
  }

  AttentionConfig attention(CommonFields fields, Rope rope, boolean slides) {
    return new AttentionConfig(
        fields.heads(),
        fields.keyValueHeads(),
        fields.headSize(),
        scale,
        attentionCap,
        slides ? window : 0,
        rope);
  }

  ReadConfig model(
      String architecture,
      CommonFields fields,
      boolean queryKeyNorms,
      List<AttentionConfig> layers) {
    return new ReadConfig(
        new ModelConfig(
            architecture,
            fields.vocabularySize(),
            fields.hiddenSize(),
            fields.feedForwardSize(),
            fields.contextLength(),
            fields.epsilon(),
            1,
            (float) Math.sqrt(fields.hiddenSize()),
            gate,
            logitCap,
            fields.tied(),
            new ModelConfig.LayerParts(bias, bias, false, queryKeyNorms, true),
            layers),
        fields.endTokens());
  }
}
