package dev.espalier.engine.family;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.engine.model.ModelConfig;
import java.util.List;
import java.util.TreeSet;

/** The supported families. */
public final class ModelFamilies {
  private static final List<ModelFamily> ALL =
      List.of(
          new LlamaFamily(),
          new MistralFamily(),
          new Qwen2Family(),
          new Qwen3Family(),
          new Gemma2Family(),
          new Gemma3Family());

  /**
   * Reads config.json.
   *
   * @param file named in messages
   * @throws dev.espalier.engine.EngineException CHECKPOINT_INVALID with all problems of the file
   */
  public static ModelConfig read(String file, JsonNode json) {
    ConfigReader config = ConfigReader.of(file, json);
    List<String> architectures = config.texts("architectures");
    if (config.has("quantization_config")) {
      config.problem(
          "quantization_config is set, but only bfloat16, float16 and float32 weights are"
              + " supported");
    }
    for (ModelFamily family : ALL) {
      for (String architecture : architectures == null ? List.<String>of() : architectures) {
        if (family.architectures().contains(architecture)) {
          return family.read(architecture, config);
        }
      }
    }
    TreeSet<String> supported = new TreeSet<>();
    ALL.forEach(family -> supported.addAll(family.architectures()));
    config.problem(
        "architectures is "
            + (architectures == null ? "missing" : architectures)
            + " but supported are "
            + String.join(", ", supported));
    config.check();
    throw new AssertionError("check() has thrown");
  }

  private ModelFamilies() {}
}
