package dev.espalier.jobs;

import dev.espalier.io.table.ColumnType;
import dev.espalier.io.table.OutputError;
import dev.espalier.io.table.OutputRecord;
import dev.espalier.io.table.OutputValue;
import dev.espalier.io.table.TraceEntry;
import dev.espalier.row.NamedValue;
import dev.espalier.row.Row;
import dev.espalier.row.RowOutcome;
import dev.espalier.row.ValueType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Outcomes as records of the table. */
final class OutputRows {
  private OutputRows() {}

  static OutputRecord record(RowOutcome outcome) {
    List<OutputValue> values = new ArrayList<>();
    for (NamedValue value : outcome.values()) {
      values.add(new OutputValue(value.name(), type(value), value.value()));
    }
    return new OutputRecord(
        outcome.id(),
        values,
        outcome.error().map(error -> new OutputError(error.code(), error.message(), error.step())),
        outcome.trace().stream()
            .map(
                step ->
                    new TraceEntry(
                        step.step(),
                        step.kind(),
                        step.promptTokens(),
                        step.cachedTokens(),
                        step.outputTokens(),
                        step.finishReason(),
                        step.logprob(),
                        step.text()))
            .toList());
  }

  /** The record with fields of its row in front; a named value hides a field of its name. */
  static OutputRecord withFields(OutputRecord record, Row row, List<String> fields) {
    Set<String> named = new HashSet<>();
    record.values().forEach(value -> named.add(value.name()));
    List<OutputValue> values = new ArrayList<>();
    for (String field : fields) {
      if (!named.contains(field)) {
        values.add(OutputValue.of(field, row.fields().get(field)));
      }
    }
    values.addAll(record.values());
    return new OutputRecord(record.id(), values, record.error(), record.trace());
  }

  private static ColumnType type(NamedValue value) {
    return switch ((ValueType.Scalar) value.type()) {
      case STRING -> ColumnType.STRING;
      case INTEGER -> ColumnType.INTEGER;
      case NUMBER -> ColumnType.NUMBER;
      case BOOLEAN -> ColumnType.BOOLEAN;
    };
  }
}
