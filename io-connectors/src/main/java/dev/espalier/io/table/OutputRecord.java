package dev.espalier.io.table;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.beam.sdk.coders.DefaultCoder;

/**
 * A row of the table.
 *
 * @param id unique in the table
 * @param values columns of the row, in the order in which they should stand in the table; a column
 *     that other rows have and this one has not is null here
 * @param trace in the order of the steps
 */
@DefaultCoder(OutputRecordCoder.class)
public record OutputRecord(
    String id, List<OutputValue> values, Optional<OutputError> error, List<TraceEntry> trace) {
  /** Columns that every table has; no value may have one of these names. */
  public static final Set<String> RESERVED_NAMES = Set.of("id", "error", "trace");

  /**
   * @throws IllegalArgumentException if a name is reserved or stands twice
   */
  public OutputRecord {
    Objects.requireNonNull(id, "id");
    values = List.copyOf(values);
    Objects.requireNonNull(error, "error");
    trace = List.copyOf(trace);
    Set<String> names = new HashSet<>(RESERVED_NAMES);
    for (OutputValue value : values) {
      if (!names.add(value.name())) {
        throw new IllegalArgumentException(
            "row %s: the name \"%s\" is %s"
                .formatted(
                    id,
                    value.name(),
                    RESERVED_NAMES.contains(value.name()) ? "reserved" : "used twice"));
      }
    }
  }
}
