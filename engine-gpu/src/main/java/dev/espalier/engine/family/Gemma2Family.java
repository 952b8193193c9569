package dev.espalier.engine.family;

import dev.espalier.engine.model.AttentionConfig;
import dev.espalier.engine.model.ModelConfig;
import dev.espalier.engine.model.Rope;
import java.util.List;

/**
 * Gemma 2: scaled embeddings, norms before and after, soft caps, and a sliding window in every
 * other layer.
 */
final class Gemma2Family implements ModelFamily {

  @Override
  public List<String> architectures() {
    return List.of("Gemma2ForCausalLM");
  }

  @Override
  public ModelConfig read(String architecture, ConfigReader config) {
    CommonFields fields = CommonFields.read(config);
    GemmaFields gemma = GemmaFields.read(config, 30, 50);
    Rope rope = RopeReader.read(config, fields.headSize(), 10_000);
    List<AttentionConfig> layers =
        fields.slidingLayers(config, layer -> layer % 2 == 0).stream()
            .map(slides -> gemma.attention(fields, rope, slides))
            .toList();
    config.check();
    return gemma.model(architecture, fields, false, layers);
  }
}
