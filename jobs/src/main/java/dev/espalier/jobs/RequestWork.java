package dev.espalier.jobs;

import dev.espalier.engine.open.Tokenizers;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.jobs.eval.RequestRunner;
import dev.espalier.pipeline.RowRunnerFactory;
import dev.espalier.program.RowRunner;
import java.util.OptionalLong;

/**
 * Asks the requests of evaluations.
 *
 * @param mostGenerated tokens that a request may generate at most, on average
 */
record RequestWork(long mostGenerated) implements RowWork {
  /** Changes with what an answer holds. */
  private static final String HASH = "requests 1";

  @Override
  public String name() {
    return "requests of evaluations";
  }

  @Override
  public String hash() {
    return HASH;
  }

  @Override
  public OptionalLong mostGeneratedTokens() {
    return OptionalLong.of(mostGenerated);
  }

  @Override
  public RowRunnerFactory runners(PreparedJob job, int inFlight) {
    return new Runners(job.file().model(), job.modelHash(), job.file().storage());
  }

  private record Runners(String model, String modelHash, StorageOptions storage)
      implements RowRunnerFactory {
    @Override
    public String key() {
      return modelHash + " " + HASH;
    }

    @Override
    public RowRunner create() {
      return new RequestRunner(
          Tokenizers.of(modelHash, ModelCache.ofUser(storage).resolve(model).path()));
    }
  }
}
