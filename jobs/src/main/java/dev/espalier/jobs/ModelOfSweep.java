package dev.espalier.jobs;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.open.ModelDirectory;
import dev.espalier.engine.text.ChatTemplate;
import dev.espalier.eval.tokens.ModelText;
import java.io.IOException;
import java.util.Optional;

/**
 * A model of a sweep that was found.
 *
 * @param name in the sweep
 * @param job how it runs
 * @param hash see {@link dev.espalier.engine.open.HashedModel#hash}
 * @param family architecture
 * @param template how it writes turns
 */
record ModelOfSweep(
    String name,
    JobFile job,
    String hash,
    String family,
    ModelText text,
    Optional<ChatTemplate> template) {

  /**
   * Reads all of a model but its weights.
   *
   * @throws EngineException CHECKPOINT_INVALID if it is not there or cannot be read
   * @throws IOException likewise
   */
  static ModelOfSweep of(String name, JobFile job) throws IOException {
    ModelDirectory directory = ModelCache.ofUser(job.storage()).resolve(job.model());
    String hash = directory.hashed(UserCache.fileHashes()).hash();
    TextSide side = TextSide.load(hash, directory.path());
    return new ModelOfSweep(
        name,
        job,
        hash,
        side.family(),
        ModelText.of(side.tokenizer(), directory.path(), side.contextLength()),
        side.template());
  }

  /** The same where it is said whether whole texts get the token that begins a sequence. */
  ModelOfSweep withAddBos(Optional<Boolean> value) {
    return new ModelOfSweep(name, job, hash, family, text.withAddBos(value), template);
  }

  /** The factory of its engines. */
  ModelOnDevice engines() {
    return new ModelOnDevice(
        job.model(), hash, job.engine(), job.storage(), job.runner().master().isPresent());
  }

  String arithmetic() {
    return Fingerprint.arithmetic(job.engine());
  }

  /** Of the model and its arithmetic: what decides answers besides what is asked. */
  String identity() {
    return hash + " " + arithmetic();
  }

  /** Names a directory of what was asked of the model. */
  String key() {
    return Fingerprint.of("model of a sweep", identity());
  }
}
