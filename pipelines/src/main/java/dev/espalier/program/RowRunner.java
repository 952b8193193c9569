package dev.espalier.program;

import dev.espalier.engine.Engine;
import dev.espalier.engine.TokenSequence;
import dev.espalier.row.Row;
import dev.espalier.row.RowOutcome;
import java.util.concurrent.CompletableFuture;

/**
 * A program bound to the text side of a model: what the dataflow needs to know of it. Thread-safe.
 */
public interface RowRunner {

  /**
   * Runs the program on {@code row} up to the first value that only a model can give.
   *
   * @return the tokens of the prompt there; empty if the program ends or fails before. A failure is
   *     not reported here: {@link #run} meets it again
   */
  TokenSequence opening(Row row);

  /**
   * Runs the program on {@code row}. The future completes exceptionally only for failures of the
   * machine ({@link dev.espalier.engine.ErrorCode.Kind#MACHINE}); all others are in the outcome.
   */
  CompletableFuture<RowOutcome> run(Row row, Engine engine, long runSeed);
}
