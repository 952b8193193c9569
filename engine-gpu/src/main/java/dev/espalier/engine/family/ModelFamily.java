package dev.espalier.engine.family;

/**
 * Checkpoints that say the same things in the same words: how the config.json of a family becomes a
 * {@link dev.espalier.engine.model.ModelConfig}. To add a family, write one, name it in {@link
 * ModelFamilies} and in {@code src/test/python/config_golden.py}.
 */
interface ModelFamily {

  /** Its name in {@code architectures} of config.json. */
  String architecture();

  /** Its name in {@code model_type}. */
  String modelType();

  /**
   * Reads a model; problems go to {@code config}.
   *
   * @throws dev.espalier.engine.EngineException CHECKPOINT_INVALID with all problems of the file
   */
  ReadConfig read(ConfigReader config);
}
