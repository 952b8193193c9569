package dev.espalier.jobs;

import dev.espalier.pipeline.RowRunnerFactory;
import dev.espalier.program.source.ProgramSource;
import java.util.OptionalLong;

/** What a job does with each row. */
interface RowWork {

  /** How reports call it. */
  String name();

  /** Tells it from all that may give a row another outcome. */
  String hash();

  /** Most tokens that a row may generate in all, where that is known. */
  OptionalLong mostGeneratedTokens();

  /**
   * What does it, on whatever worker.
   *
   * @param inFlight most rows that run at once in one JVM
   */
  RowRunnerFactory runners(PreparedJob job, int inFlight);

  /** Runs a program. */
  record OfProgram(ProgramSource program) implements RowWork {
    @Override
    public String name() {
      return program.name();
    }

    @Override
    public String hash() {
      return program.hash();
    }

    @Override
    public OptionalLong mostGeneratedTokens() {
      return program.load().mostGeneratedTokens();
    }

    @Override
    public RowRunnerFactory runners(PreparedJob job, int inFlight) {
      return new ProgramBinding(
          job.file().model(), job.modelHash(), program, inFlight, job.file().storage());
    }
  }
}
