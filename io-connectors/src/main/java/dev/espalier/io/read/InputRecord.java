package dev.espalier.io.read;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.beam.sdk.coders.DefaultCoder;

/**
 * One row of the input.
 *
 * @param id text of the id field, or the position of the row where none is configured
 * @param fields by name in the order of the source, the id field among them: String, Long, Double,
 *     Boolean, null, or a List or Map of these
 * @param source where the row is, for messages: {@code a.jsonl:byte 1204}, {@code b.csv:line 7},
 *     {@code c.parquet:row 12}
 * @param error why the row could not be read whole, if so; {@code fields} then holds what could be
 *     read, with U+FFFD in place of bytes that are not UTF-8
 */
@DefaultCoder(InputRecordCoder.class)
public record InputRecord(
    String id, Map<String, Object> fields, String source, Optional<InputError> error) {
  public InputRecord {
    Objects.requireNonNull(id, "id");
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(error, "error");
  }
}
