package dev.espalier.row;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What became of a row.
 *
 * @param values in the order in which the program named them; of an error row, those named before
 *     the error
 * @param trace one entry a step, in program order
 * @param reads what of the row decided it; no part of a table
 */
public record RowOutcome(
    String id,
    List<NamedValue> values,
    List<StepTrace> trace,
    Optional<RowError> error,
    RowReads reads)
    implements Serializable {
  public RowOutcome {
    values = List.copyOf(values);
    trace = List.copyOf(trace);
    Objects.requireNonNull(reads, "reads");
  }

  /** An outcome of which nobody knows what of the row decided it. */
  public RowOutcome(
      String id, List<NamedValue> values, List<StepTrace> trace, Optional<RowError> error) {
    this(id, values, trace, error, RowReads.UNKNOWN);
  }

  /** The same outcome, decided by this. */
  public RowOutcome withReads(RowReads value) {
    return new RowOutcome(id, values, trace, error, value);
  }
}
