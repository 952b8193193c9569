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

  /** The opening, with what {@link #run(Row, WrittenOpening, Engine, long)} needs to know it by. */
  default WrittenOpening trace(Row row) {
    return new WrittenOpening(opening(row), WrittenOpening.UNKNOWN);
  }

  /**
   * Runs the program on {@code row}. The future completes exceptionally only for failures of the
   * machine ({@link dev.espalier.engine.ErrorCode.Kind#MACHINE}); all others are in the outcome.
   */
  CompletableFuture<RowOutcome> run(Row row, Engine engine, long runSeed);

  /**
   * The same where the row was traced before: a text that is that of {@code opening} is not
   * tokenised again. The outcome is the same.
   */
  default CompletableFuture<RowOutcome> run(
      Row row, WrittenOpening opening, Engine engine, long runSeed) {
    return run(row, engine, runSeed);
  }
}
