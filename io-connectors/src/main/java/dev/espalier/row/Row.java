package dev.espalier.row;

import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * One row of the input.
 *
 * @param id unique in the dataset: the text of the id field, or the place of the row
 * @param fields by name, in the order of the source: String, Long, Double, Boolean, null, or a List
 *     or Map of these
 * @param error why the row could not be read whole, if so; its program does not run, and the fields
 *     hold what could be read, with U+FFFD in place of bytes that are not UTF-8
 */
public record Row(String id, Map<String, Object> fields, Optional<RowError> error)
    implements Serializable {
  public Row {
    Objects.requireNonNull(id, "id");
    if (!(fields instanceof RecordedFields)) { // which nobody can change either
      fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }
    Objects.requireNonNull(error, "error");
  }

  Row withFields(RecordedFields recorded) {
    return new Row(id, recorded, error);
  }

  public static Row of(String id, Map<String, Object> fields) {
    return new Row(id, fields, Optional.empty());
  }
}
