package dev.espalier.engine;

import dev.espalier.engine.checkpoint.Checkpoint;
import dev.espalier.engine.constrain.ConstraintCompiler;
import dev.espalier.engine.constrain.vocabulary.CompiledConstraint;
import dev.espalier.engine.device.ModelRunners;
import dev.espalier.engine.step.ModelRunner;
import dev.espalier.engine.text.HuggingFaceTokenizer;
import dev.espalier.engine.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/** Opens engines. */
public final class Engines {

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
    ModelDirectory directory = ModelDirectory.resolve(model);
    try (Checkpoint checkpoint = Checkpoint.open(directory.path())) {
      Tokenizer tokenizer = HuggingFaceTokenizer.load(directory.path());
      ModelInfo info =
          new ModelInfo(
              model,
              checkpoint.config().architecture(),
              hash(directory.hash(), options),
              checkpoint.config().contextLength(),
              checkpoint.config().vocabularySize(),
              checkpoint.endTokens());
      ConstraintCompiler compiler = new ConstraintCompiler(tokenizer, info.vocabularySize());
      return open(
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

  /** One engine for each device, opened at the same time. */
  static Engine open(List<String> devices, Function<String, Engine> opener) {
    if (devices.size() == 1) {
      return opener.apply(devices.get(0));
    }
    List<CompletableFuture<Engine>> opening = new ArrayList<>();
    for (String device : devices) {
      CompletableFuture<Engine> engine = new CompletableFuture<>();
      opening.add(engine);
      Thread thread =
          new Thread(
              () -> {
                try {
                  engine.complete(opener.apply(device));
                } catch (RuntimeException | Error e) {
                  engine.completeExceptionally(named(device, EngineException.of(e)));
                }
              },
              "espalier-open-" + device);
      thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
      thread.start();
    }
    List<RoutedEngine.Place> places = new ArrayList<>();
    EngineException failure = null;
    for (int i = 0; i < devices.size(); i++) {
      try {
        places.add(new RoutedEngine.Place(devices.get(i), opening.get(i).join()));
      } catch (CompletionException e) {
        failure = failure == null ? (EngineException) e.getCause() : failure;
      }
    }
    if (failure != null) {
      places.forEach(place -> place.engine().close());
      throw failure;
    }
    return new RoutedEngine(places, RoutedEngine.SECTION_TOKENS);
  }

  /** {@code cause}, with the device that it happened on. */
  static EngineException named(String device, EngineException cause) {
    return cause.getMessage().startsWith(device)
        ? cause
        : new EngineException(cause.code(), device + ": " + cause.getMessage(), cause);
  }

  /** Eight-bit weights are another model, and so is one computed in another type than usual. */
  static String hash(String checkpoint, EngineOptions options) {
    StringBuilder hash = new StringBuilder(checkpoint);
    if (options.weights() != WeightFormat.CHECKPOINT) {
      hash.append('-').append(options.weights().name().toLowerCase(Locale.ROOT));
    }
    if (options.computedIn() != options.withDtype(Dtype.AUTO).computedIn()) {
      hash.append('-').append(options.computedIn().name().toLowerCase(Locale.ROOT));
    }
    return hash.toString();
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
