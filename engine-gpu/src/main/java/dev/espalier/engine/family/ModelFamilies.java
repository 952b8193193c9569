package dev.espalier.engine.family;

import dev.espalier.engine.model.ModelConfig;
import java.util.List;

/** The supported families. */
public final class ModelFamilies {
  private static final List<ModelFamily> ALL =
      List.of(
          new Gemma2Family(),
          new Gemma3Family(),
          new LlamaFamily(),
          new MistralFamily(),
          new Qwen2Family(),
          new Qwen3Family());

  /**
   * Reads config.json as transformers reads it, or not at all.
   *
   * @param file named in messages
   * @param content of the file
   * @throws dev.espalier.engine.EngineException CHECKPOINT_INVALID with all problems of the file
   */
  public static ReadConfig read(String file, String content) {
    ConfigReader config = ConfigReader.of(file, content);
    UnsupportedFields.refuse(config);
    ModelFamily family = family(config);
    if (family == null) {
      config.check();
      throw new AssertionError("check() has thrown");
    }
    return family.read(config);
  }

  /** The model of a config.json, as {@link #read}. */
  static ModelConfig model(String file, String content) {
    return read(file, content).model();
  }

  /** The family that {@code architectures} names; null, with a problem noted, if there is none. */
  private static ModelFamily family(ConfigReader config) {
    List<String> architectures = config.texts("architectures");
    for (ModelFamily family : ALL) {
      if (architectures != null && architectures.contains(family.architecture())) {
        String type = config.text("model_type", family.modelType());
        if (!type.equals(family.modelType())) {
          config.problem(
              "model_type",
              "is "
                  + type
                  + " but must be "
                  + family.modelType()
                  + ", the type of "
                  + family.architecture());
        }
        return family;
      }
    }
    config.problem(
        "architectures",
        "is "
            + (architectures == null ? "missing" : architectures)
            + " but supported are "
            + String.join(", ", ALL.stream().map(ModelFamily::architecture).toList()));
    return null;
  }

  private ModelFamilies() {}
}
