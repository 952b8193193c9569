package dev.espalier.io.table;

import static org.apache.parquet.schema.LogicalTypeAnnotation.stringType;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BOOLEAN;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.DOUBLE;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.FLOAT;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT32;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT64;

import dev.espalier.io.parquet.StoredType;
import dev.espalier.row.ValueType;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;

/**
 * A table's schema in Parquet's terms: {@code id}, the columns, {@code error} (null where all is
 * well) and {@code trace} (a list of structs, empty where no step ran; with {@code token_logprobs}
 * and {@code prompt_logprobs} where a step may ask for them).
 */
final class ParquetSchema {
  private ParquetSchema() {}

  static MessageType of(TableSchema schema) {
    Types.MessageTypeBuilder message = Types.buildMessage();
    message.addField(
        schema.id().named("id", schema.idMayBeNull() ? Repetition.OPTIONAL : Repetition.REQUIRED));
    for (TableSchema.Stored column : schema.columns()) {
      message.addField(column.type().named(column.name(), Repetition.OPTIONAL));
    }
    message.addField(error());
    message.addField(
        Types.requiredList().element(traceEntry(schema.tokenLogprobs())).named("trace"));
    return message.named("row");
  }

  /** How values of a program's type are stored; all of them may be null. */
  static StoredType of(ValueType type) {
    return StoredType.of(field(type, "value"));
  }

  private static Type field(ValueType type, String name) {
    if (type instanceof ValueType.ListOf list) {
      return Types.optionalList().element(field(list.item(), "element")).named(name);
    }
    if (type instanceof ValueType.Struct struct) {
      Types.GroupBuilder<GroupType> group = Types.optionalGroup();
      for (ValueType.Struct.Field field : struct.fields()) {
        group = group.addField(field(field.type(), field.name()));
      }
      return group.named(name);
    }
    return switch ((ValueType.Scalar) type) {
      case STRING -> text(Repetition.OPTIONAL, name);
      case INTEGER -> Types.optional(INT64).named(name);
      case NUMBER -> Types.optional(DOUBLE).named(name);
      case BOOLEAN -> Types.optional(BOOLEAN).named(name);
    };
  }

  private static GroupType error() {
    return Types.optionalGroup()
        .addField(text(Repetition.REQUIRED, "code"))
        .addField(text(Repetition.REQUIRED, "message"))
        .addField(text(Repetition.REQUIRED, "step"))
        .named("error");
  }

  private static GroupType traceEntry(boolean tokenLogprobs) {
    Types.GroupBuilder<GroupType> entry =
        Types.requiredGroup()
            .addField(text(Repetition.REQUIRED, "step"))
            .addField(text(Repetition.REQUIRED, "kind"))
            .addField(Types.required(INT32).named("prompt_tokens"))
            .addField(Types.required(INT32).named("cached_tokens"))
            .addField(Types.required(INT32).named("output_tokens"))
            .addField(text(Repetition.REQUIRED, "finish_reason"))
            .addField(Types.required(DOUBLE).named("logprob"))
            .addField(text(Repetition.REQUIRED, "text"));
    if (tokenLogprobs) {
      entry =
          entry
              .addField(Types.requiredList().element(scoredToken(true)).named("token_logprobs"))
              .addField(Types.requiredList().element(scoredToken(true)).named("prompt_logprobs"));
    }
    return entry.named("element");
  }

  private static GroupType scoredToken(boolean withTop) {
    Types.GroupBuilder<GroupType> token =
        Types.requiredGroup()
            .addField(Types.required(INT32).named("token"))
            .addField(text(Repetition.REQUIRED, "text"))
            .addField(Types.required(FLOAT).named("logprob"));
    if (withTop) {
      token = token.addField(Types.requiredList().element(scoredToken(false)).named("top"));
    }
    return token.named("element");
  }

  private static Type text(Repetition repetition, String name) {
    return Types.primitive(BINARY, repetition).as(stringType()).named(name);
  }
}
