package dev.espalier.engine.family;

import dev.espalier.engine.model.AttentionConfig;
import dev.espalier.engine.model.ModelConfig;
import dev.espalier.engine.model.Rope;
import java.util.List;

/**
 * Gemma 3, text: Gemma 2 with norms on queries and keys in place of soft caps, five sliding layers
 * to a full one, and a rotation of its own for the sliding ones.
 */
final class Gemma3Family implements ModelFamily {
  private static final double FULL_THETA = 1_000_000;
  private static final double SLIDING_THETA = 10_000;

  @Override
  public List<String> architectures() {
    return List.of("Gemma3ForCausalLM");
  }

  @Override
  public ModelConfig read(String architecture, ConfigReader config) {
    CommonFields fields = CommonFields.read(config);
    GemmaFields gemma = GemmaFields.read(config, 0, 0);
    if (gemma.attentionCap() != 0) {
      config.problem("attn_logit_softcapping is set, but Gemma 3 does not cap attention");
    }
    int pattern = config.positive("sliding_window_pattern", 6);
    Rope full = rope(config, fields, "full_attention", FULL_THETA);
    Rope sliding = rope(config, fields, "sliding_attention", SLIDING_THETA);
    List<AttentionConfig> layers =
        fields.slidingLayers(config, layer -> (layer + 1) % pattern != 0).stream()
            .map(slides -> gemma.attention(fields, slides ? sliding : full, slides))
            .toList();
    config.check();
    return gemma.model(architecture, fields, true, layers);
  }

  private static Rope rope(ConfigReader config, CommonFields fields, String kind, double theta) {
    int headSize = fields.headSize();
    if (config.has("rope_parameters")) {
      ConfigReader ofKind = config.object("rope_parameters").object(kind);
      return RopeReader.read(config, ofKind, headSize, ofKind.positiveNumber("rope_theta", theta));
    }
    if (theta == FULL_THETA) {
      return RopeReader.readScaled(config, headSize, config.positiveNumber("rope_theta", theta));
    }
    return RopeReader.unscaled(headSize, config.positiveNumber("rope_local_base_freq", theta));
  }
}
