package dev.espalier.io.table;

import static org.apache.parquet.schema.LogicalTypeAnnotation.stringType;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BOOLEAN;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.DOUBLE;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT32;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT64;

import dev.espalier.io.table.TableSchema.Column;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;

/**
 * A table's schema in Parquet's terms: {@code id}, the columns, {@code error} (null where all is
 * well) and {@code trace} (a list of structs, empty where no step ran).
 */
final class ParquetSchema {
  private ParquetSchema() {}

  static MessageType of(TableSchema schema) {
    Types.MessageTypeBuilder message = Types.buildMessage();
    message.addField(text(Repetition.REQUIRED, "id"));
    for (Column column : schema.columns()) {
      message.addField(column(column));
    }
    message.addField(error());
    message.addField(Types.requiredList().element(traceEntry()).named("trace"));
    return message.named("row");
  }

  private static Type column(Column column) {
    return switch (column.type()) {
      case STRING -> text(Repetition.OPTIONAL, column.name());
      case INTEGER -> Types.optional(INT64).named(column.name());
      case NUMBER -> Types.optional(DOUBLE).named(column.name());
      case BOOLEAN -> Types.optional(BOOLEAN).named(column.name());
      case UNKNOWN -> throw new IllegalStateException("a column of no type");
    };
  }

  private static GroupType error() {
    return Types.optionalGroup()
        .addField(text(Repetition.REQUIRED, "code"))
        .addField(text(Repetition.REQUIRED, "message"))
        .addField(text(Repetition.REQUIRED, "step"))
        .named("error");
  }

  private static GroupType traceEntry() {
    return Types.requiredGroup()
        .addField(text(Repetition.REQUIRED, "step"))
        .addField(text(Repetition.REQUIRED, "kind"))
        .addField(Types.required(INT32).named("prompt_tokens"))
        .addField(Types.required(INT32).named("cached_tokens"))
        .addField(Types.required(INT32).named("output_tokens"))
        .addField(text(Repetition.REQUIRED, "finish_reason"))
        .addField(Types.required(DOUBLE).named("logprob"))
        .addField(text(Repetition.REQUIRED, "text"))
        .named("element");
  }

  private static Type text(Repetition repetition, String name) {
    return Types.primitive(BINARY, repetition).as(stringType()).named(name);
  }
}
