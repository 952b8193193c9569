package dev.espalier.engine.family;

import dev.espalier.engine.model.ModelConfig;
import java.util.List;

/**
 * Checkpoints that say the same things in the same words: how the config.json of a family becomes a
 * {@link ModelConfig}. To add a family, write one and name it in {@link ModelFamilies}.
 */
interface ModelFamily {

  /** Names in {@code architectures} of config.json that this family reads. */
  List<String> architectures();

  /**
   * Reads a model; problems go to {@code config}.
   *
   * @param architecture one of {@link #architectures}
   * @throws dev.espalier.engine.EngineException CHECKPOINT_INVALID with all problems of the file
   */
  ModelConfig read(String architecture, ConfigReader config);
}
