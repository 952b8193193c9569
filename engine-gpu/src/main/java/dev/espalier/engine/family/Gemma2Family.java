package dev.espalier.engine.family;

import dev.espalier.engine.model.AttentionConfig;
import dev.espalier.engine.model.Rope;
import java.util.List;

/**
 * Gemma 2: scaled embeddings, norms before and after, soft caps, and a sliding window in every
 * other layer.
 */
final class Gemma2Family implements ModelFamily {
  private static final ConfigDefaults ABSENT =
      new ConfigDefaults(
          256_000, 2304, 9216, 26, 8, 4, false, 256, false, 8192, true, true, List.of(1));

  @Override
  public String architecture() {
    return "Gemma2ForCausalLM";
  }

  @Override
  public String modelType() {
    return "gemma2";
  }

  @Override
  public ReadConfig read(ConfigReader config) {
    CommonFields fields = CommonFields.read(config, ABSENT);
    GemmaFields gemma = GemmaFields.read(config, 30, 50);
    Rope rope = RopeReader.read(config, fields);
    List<AttentionConfig> layers =
        fields.slidingLayers(config, gemma.window(), layer -> layer % 2 == 0).stream()
            .map(slides -> gemma.attention(fields, rope, slides))
            .toList();
    config.check();
    return gemma.model(architecture(), fields, false, layers);
  }
}
