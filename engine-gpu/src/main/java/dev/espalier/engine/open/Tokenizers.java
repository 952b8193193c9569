package dev.espalier.engine.open;

import dev.espalier.engine.text.HuggingFaceTokenizer;
import java.lang.ref.SoftReference;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The tokenizers of this JVM, one for each model while memory permits: who checks a job, who writes
 * its prompts and the engine share it, and with it the tokens it remembers. Thread-safe.
 */
public final class Tokenizers {
  private static final ConcurrentMap<String, SoftReference<HuggingFaceTokenizer>> LOADED =
      new ConcurrentHashMap<>();

  private Tokenizers() {}

  /**
   * The tokenizer of a model, loaded if it is not there.
   *
   * @param modelHash {@link HashedModel#hash} of what is in {@code directory}
   * @throws dev.espalier.engine.EngineException as {@link HuggingFaceTokenizer#load}
   */
  public static HuggingFaceTokenizer of(String modelHash, Path directory) {
    HuggingFaceTokenizer[] found = new HuggingFaceTokenizer[1]; // held while it is put in place
    LOADED.compute(
        modelHash,
        (hash, known) -> {
          found[0] = known == null ? null : known.get();
          if (found[0] != null) {
            return known;
          }
          found[0] = HuggingFaceTokenizer.load(directory);
          return new SoftReference<>(found[0]);
        });
    return found[0];
  }
}
