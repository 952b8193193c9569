package dev.espalier.engine.family;

import dev.espalier.engine.model.AttentionConfig;
import dev.espalier.engine.model.Rope;
import java.util.List;

/**
 * Gemma 3, text: Gemma 2 with norms on queries and keys in place of soft caps, five sliding layers
 * to a full one, and a rotation of its own for the sliding ones.
 */
final class Gemma3Family implements ModelFamily {
  private static final double FULL_THETA = 1_000_000;
  private static final double SLIDING_THETA = 10_000;
  private static final int PATTERN = 6;
  private static final ConfigDefaults ABSENT =
      new ConfigDefaults(
          262_208, 2304, 9216, 26, 8, 4, false, 256, false, 131_072, true, true, List.of(1));

  @Override
  public String architecture() {
    return "Gemma3ForCausalLM";
  }

  @Override
  public String modelType() {
    return "gemma3_text";
  }

  @Override
  public ReadConfig read(ConfigReader config) {
    CommonFields fields = CommonFields.read(config, ABSENT);
    GemmaFields gemma = GemmaFields.read(config, 0, 0);
    if (gemma.attentionCap() != 0) {
      config.problem("attn_logit_softcapping", "is set, but Gemma 3 does not cap attention");
    }
    int pattern = config.size("sliding_window_pattern", PATTERN, Integer.MAX_VALUE);
    Rope full = RopeReader.ofFullLayers(config, fields, FULL_THETA);
    Rope sliding = RopeReader.ofSlidingLayers(config, fields, SLIDING_THETA);
    List<AttentionConfig> layers =
        fields.slidingLayers(config, gemma.window(), layer -> (layer + 1) % pattern != 0).stream()
            .map(slides -> gemma.attention(fields, slides ? sliding : full, slides))
            .toList();
    config.check();
    return gemma.model(architecture(), fields, true, layers);
  }
}
