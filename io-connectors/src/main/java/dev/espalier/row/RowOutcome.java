package dev.espalier.row;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * What became of a row.
 *
 * @param values in the order in which the program named them; of an error row, those named before
 *     the error
 * @param trace one entry a step, in program order
 */
public record RowOutcome(
    String id, List<NamedValue> values, List<StepTrace> trace, Optional<RowError> error)
    implements Serializable {
  public RowOutcome {
    values = List.copyOf(values);
    trace = List.copyOf(trace);
  }
}
