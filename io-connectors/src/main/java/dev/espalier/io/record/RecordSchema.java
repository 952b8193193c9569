package dev.espalier.io.record;

import java.util.List;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/**
 * The fields of records, none of which is ever null. Text is UTF-8: half of a surrogate pair does
 * not come back.
 *
 * @param name of the records
 */
public record RecordSchema(String name, List<Field> fields) {
  public RecordSchema {
    fields = List.copyOf(fields);
  }

  /** What a field holds. */
  public enum Kind {
    /** {@link String}. */
    TEXT,
    /** {@link Long}. */
    INTEGER,
    /** {@link Long}: milliseconds since 1970. */
    TIME,
    /** {@link Boolean}. */
    FLAG,
    /** {@code byte[]}. */
    BYTES,
    /** {@link List} of {@link String}. */
    TEXTS,
    /** {@link Double}. */
    NUMBER,
    /** {@link List} of {@link Double}. */
    NUMBERS,
    /** {@link List} of {@link Boolean}. */
    FLAGS
  }

  /** A field. */
  public record Field(String name, Kind kind) {}

  MessageType message() {
    Types.MessageTypeBuilder message = Types.buildMessage();
    fields.forEach(field -> message.addField(type(field)));
    return message.named(name);
  }

  private static Type type(Field field) {
    return switch (field.kind) {
      case TEXT -> text(field.name);
      case INTEGER -> Types.required(PrimitiveTypeName.INT64).named(field.name);
      case TIME ->
          Types.required(PrimitiveTypeName.INT64)
              .as(LogicalTypeAnnotation.timestampType(true, LogicalTypeAnnotation.TimeUnit.MILLIS))
              .named(field.name);
      case FLAG -> Types.required(PrimitiveTypeName.BOOLEAN).named(field.name);
      case BYTES -> Types.required(PrimitiveTypeName.BINARY).named(field.name);
      case TEXTS -> Types.requiredList().element(text("element")).named(field.name);
      case NUMBER -> Types.required(PrimitiveTypeName.DOUBLE).named(field.name);
      case NUMBERS ->
          Types.requiredList().requiredElement(PrimitiveTypeName.DOUBLE).named(field.name);
      case FLAGS ->
          Types.requiredList().requiredElement(PrimitiveTypeName.BOOLEAN).named(field.name);
    };
  }

  private static Type text(String name) {
    return Types.required(PrimitiveTypeName.BINARY)
        .as(LogicalTypeAnnotation.stringType())
        .named(name);
  }

  static Binary utf8(Object text) {
    return Binary.fromString((String) text);
  }
}
