package dev.espalier.engine;

import dev.espalier.engine.constrain.CompiledConstraint;
import dev.espalier.engine.constrain.ConstraintCompiler;
import dev.espalier.engine.device.ModelRunners;
import dev.espalier.engine.model.Checkpoint;
import dev.espalier.engine.model.ModelRunner;
import dev.espalier.engine.text.HuggingFaceTokenizer;
import dev.espalier.engine.text.Tokenizer;
import java.util.Locale;
import java.util.function.Function;

/** Opens engines. */
public final class Engines {

  private Engines() {}

  /**
   * Loads a model onto the device that the options name.
   *
   * @param model {@code builtin:nano}, or a directory in Hugging Face form
   * @throws EngineException of kind CONFIGURATION or MACHINE, with the cause: CHECKPOINT_INVALID,
   *     DEVICE_UNAVAILABLE, OUT_OF_MEMORY
   */
  public static Engine open(String model, EngineOptions options) {
    ModelDirectory directory = ModelDirectory.resolve(model);
    try (Checkpoint checkpoint = Checkpoint.open(directory.path())) {
      Tokenizer tokenizer = HuggingFaceTokenizer.load(directory.path());
      ModelInfo info =
          new ModelInfo(
              model,
              checkpoint.config().architecture(),
              hash(directory, options),
              checkpoint.config().contextLength(),
              checkpoint.config().vocabularySize(),
              checkpoint.endTokens());
      ConstraintCompiler compiler = new ConstraintCompiler(tokenizer, info.vocabularySize());
      return over(
          ModelRunners.open(checkpoint, options), tokenizer, info, compiler::compile, options);
    }
  }

  /** Eight-bit weights are another model. */
  private static String hash(ModelDirectory directory, EngineOptions options) {
    return options.weights() == WeightFormat.CHECKPOINT
        ? directory.hash()
        : directory.hash() + "-" + options.weights().name().toLowerCase(Locale.ROOT);
  }

  /**
   * An engine over a model that is loaded already.
   *
   * @param runner owned by the engine from here on, and closed with it
   * @param compiler compiles constraints for the vocabulary of {@code tokenizer}; thread-safe
   */
  public static Engine over(
      ModelRunner runner,
      Tokenizer tokenizer,
      ModelInfo info,
      Function<Constraint, CompiledConstraint> compiler,
      EngineOptions options) {
    return new PagedEngine(runner, tokenizer, info, compiler, options);
  }
}
