package dev.espalier.engine.family;

import dev.espalier.engine.model.ModelConfig;
import java.util.List;

/**
 * What a config.json says.
 *
 * @param endTokens ids that end a generation, unless generation_config.json names others
 */
public record ReadConfig(ModelConfig model, List<Integer> endTokens) {
  public ReadConfig {
    endTokens = List.copyOf(endTokens);
  }
}
