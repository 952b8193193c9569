package dev.espalier.io.table;

import dev.espalier.row.AnsweredRow;
import dev.espalier.row.Column;
import dev.espalier.row.NamedValue;
import dev.espalier.row.Row;
import dev.espalier.row.RowError;
import dev.espalier.row.RowOutcome;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What of a row goes into the table beside its outcome.
 *
 * @param names of the fields that become columns
 */
record IncludedFields(List<String> names) implements Serializable {
  IncludedFields {
    names = List.copyOf(names);
  }

  /**
   * The row with these fields alone. A value whose name is that of another column, which a program
   * in Java can find out while it runs, is an error of the row.
   */
  AnsweredRow kept(AnsweredRow answered) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (String name : names) {
      if (answered.row().fields().containsKey(name)) {
        fields.put(name, answered.row().fields().get(name));
      }
    }
    Row row = new Row(answered.row().id(), fields, answered.row().error());
    return new AnsweredRow(row, withoutTaken(answered.outcome()));
  }

  private RowOutcome withoutTaken(RowOutcome outcome) {
    List<NamedValue> values = new ArrayList<>();
    Optional<RowError> error = outcome.error();
    for (NamedValue value : outcome.values()) {
      boolean isIncluded = names.contains(value.name());
      if (!isIncluded && !Column.RESERVED.contains(value.name())) {
        values.add(value);
      } else if (error.isEmpty()) {
        error =
            Optional.of(
                new RowError(
                    RowError.PROGRAM_FAILED,
                    "the value \""
                        + value.name()
                        + "\" has the name of "
                        + (isIncluded ? "an included field" : "a column that every table has")
                        + "; give it another name",
                    ""));
      }
    }
    return values.size() == outcome.values().size()
        ? outcome
        : new RowOutcome(outcome.id(), values, outcome.trace(), error);
  }
}
