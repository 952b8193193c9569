package dev.espalier.pipeline;

import dev.espalier.row.Row;
import dev.espalier.row.RowOutcome;
import dev.espalier.row.RowReads;
import dev.espalier.row.StepRecord;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/**
 * An outcome from before. It is that of a row of which its program would read the same.
 *
 * @param steps of the model that led to it, as far as they are told
 * @param source where it is known from
 */
public record FinishedRow(RowOutcome outcome, List<StepRecord> steps, Source source)
    implements Serializable {

  /** Where an outcome is known from, and so what it is good for. */
  public enum Source {
    /** An earlier attempt at this run: it is taken over. */
    ATTEMPT,
    /** The table that is brought up to date: it is taken over. */
    TABLE,
    /** That table, for a row that is to run again though it has not changed. */
    RETRIED,
    /** That table, where the program, the model or the seed was another one. */
    OUTDATED
  }

  public FinishedRow {
    Objects.requireNonNull(outcome, "outcome");
    Objects.requireNonNull(source, "source");
    steps = List.copyOf(steps);
  }

  /** The outcome of a row of an attempt at this run. */
  public static FinishedRow of(Row row, RowOutcome outcome) {
    return of(row, outcome, List.of());
  }

  static FinishedRow of(Row row, RowOutcome outcome, List<StepRecord> steps) {
    return new FinishedRow(readsKnown(row, outcome), steps, Source.ATTEMPT);
  }

  /** An outcome whose program may have read all of the row, unless it tells what it read. */
  static RowOutcome readsKnown(Row row, RowOutcome outcome) {
    return outcome.reads().isKnown() ? outcome : outcome.withReads(RowReads.ofAll(row));
  }

  /** An outcome that stays whatever the row holds: its owner knows that the row has not changed. */
  public static FinishedRow ofAnyContent(RowOutcome outcome) {
    return new FinishedRow(outcome.withReads(RowReads.ANY), List.of(), Source.ATTEMPT);
  }

  /** An outcome of the table that is brought up to date. */
  public static FinishedRow ofTable(RowOutcome outcome, Source source) {
    return new FinishedRow(outcome, List.of(), source);
  }

  boolean isOf(Row row) {
    return outcome.reads().isOf(row);
  }

  boolean isTaken() {
    return source == Source.ATTEMPT || source == Source.TABLE;
  }
}
