package dev.espalier.engine.open;

import dev.espalier.engine.Constraint;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.ModelInfo;
import dev.espalier.engine.checkpoint.Checkpoint;
import dev.espalier.engine.constrain.ConstraintCompiler;
import dev.espalier.engine.constrain.vocabulary.CompiledConstraint;
import dev.espalier.engine.forward.ModelRunner;
import dev.espalier.engine.loop.PagedEngine;
import dev.espalier.engine.route.RoutedEngine;
import dev.espalier.engine.text.Tokenizer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens engines. */
public final class Engines {
  private static final Logger LOG = LoggerFactory.getLogger(Engines.class);

  private Engines() {}

  /**
   * Loads a model onto the devices that the options name. Several devices get an engine each, and
   * rows that begin alike run on the same one; all of them loading is as fast as one, and one that
   * fails fails all.
   *
   * @param model {@code builtin:nano}, or a directory in Hugging Face form
   * @throws EngineException of kind CONFIGURATION or MACHINE, with the cause: CHECKPOINT_INVALID,
   *     DEVICE_UNAVAILABLE, OUT_OF_MEMORY
   */
  public static Engine open(String model, EngineOptions options) {
    return open(ModelDirectory.resolve(model).hashed(FileHashes.unkept()), options);
  }

  /**
   * The same for a model whose files are known: they are read once, by the devices, and have to be
   * the same before and after.
   *
   * @throws EngineException also CHECKPOINT_INVALID if they were changed since they were hashed
   */
  public static Engine open(HashedModel model, EngineOptions options) {
    ModelDirectory directory = model.directory();
    model.requireUnchanged();
    Engine engine = load(directory, model.hash(), options);
    try {
      model.requireUnchanged();
      return engine;
    } catch (RuntimeException e) {
      engine.close();
      throw e;
    }
  }

  private static Engine load(ModelDirectory directory, String hash, EngineOptions options) {
    try (Checkpoint checkpoint = Checkpoint.open(directory.path())) {
      if (!checkpoint.remark().isEmpty()) {
        LOG.warn(checkpoint.remark());
      }
      Tokenizer tokenizer = Tokenizers.of(hash, directory.path());
      ModelInfo info =
          new ModelInfo(
              directory.name(),
              checkpoint.config().architecture(),
              options.modelHash(hash),
              checkpoint.config().contextLength(),
              checkpoint.config().vocabularySize(),
              checkpoint.endTokens());
      ConstraintCompiler compiler = new ConstraintCompiler(tokenizer, info.vocabularySize());
      return RoutedEngine.open(
          ModelRunners.devices(options),
          device ->
              over(
                  ModelRunners.open(checkpoint, options.withDevice(device)),
                  tokenizer,
                  info,
                  compiler::compile,
                  options.withDevice(device)));
    }
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
