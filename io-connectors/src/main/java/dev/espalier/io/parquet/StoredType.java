package dev.espalier.io.parquet;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.parquet.format.Util;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;

/**
 * The type of a column as a Parquet file keeps it, whatever the column's name. The column may be
 * null; what is in it keeps whether it may. Lists and maps have the three levels of Parquet's
 * logical types, also where the file of an older writer had other ones, and field ids are left out.
 * Immutable.
 */
public final class StoredType implements Serializable {
  private static final String NAME = "column";

  /** UTF-8. */
  public static final StoredType TEXT =
      of(
          Types.optional(PrimitiveTypeName.BINARY)
              .as(LogicalTypeAnnotation.stringType())
              .named(NAME));

  /** Signed integers of 64 bits. */
  public static final StoredType INT64 = of(Types.optional(PrimitiveTypeName.INT64).named(NAME));

  private final transient Type type; // optional, named NAME

  private StoredType(Type type) {
    this.type = type;
  }

  /** The type of {@code field}, which is a column of a file or a type made for one. */
  public static StoredType of(Type field) {
    return new StoredType(canonical(field, NAME, Repetition.OPTIONAL));
  }

  /** A column of this type. */
  public Type named(String name, Repetition repetition) {
    return renamed(type, name, repetition);
  }

  /** One value, no list, map or struct. */
  public Optional<PrimitiveType> scalar() {
    return type.isPrimitive() ? Optional.of(type.asPrimitiveType()) : Optional.empty();
  }

  /**
   * The least type that holds the values of both: the wider of two integers or two binary
   * fractions, and lists, maps and structs of such; of two structs the fields of both.
   *
   * @return empty if there is none
   */
  public Optional<StoredType> join(StoredType other) {
    return Optional.ofNullable(join(type, other.type)).map(StoredType::new);
  }

  private static Type join(Type a, Type b) {
    Repetition repetition =
        a.isRepetition(Repetition.OPTIONAL) || b.isRepetition(Repetition.OPTIONAL)
            ? Repetition.OPTIONAL
            : a.getRepetition();
    if (a.isPrimitive() || b.isPrimitive()) {
      PrimitiveType joined =
          a.isPrimitive() && b.isPrimitive()
              ? ScalarTypes.join(a.asPrimitiveType(), b.asPrimitiveType())
              : null;
      return joined == null ? null : renamed(joined, a.getName(), repetition);
    }
    GroupType left = a.asGroupType();
    GroupType right = b.asGroupType();
    boolean same =
        Objects.equals(left.getLogicalTypeAnnotation(), right.getLogicalTypeAnnotation());
    List<Type> fields = same ? joinedFields(left, right) : null;
    return fields == null ? null : group(left, a.getName(), repetition, fields);
  }

  private static List<Type> joinedFields(GroupType left, GroupType right) {
    boolean isStruct = left.getLogicalTypeAnnotation() == null && !isLevel(left);
    List<Type> fields = new ArrayList<>();
    for (Type field : left.getFields()) {
      Type joined =
          right.containsField(field.getName())
              ? join(field, right.getType(field.getName()))
              : isStruct ? renamed(field, field.getName(), Repetition.OPTIONAL) : null;
      if (joined == null) {
        return null;
      }
      fields.add(joined);
    }
    for (Type field : right.getFields()) {
      if (!left.containsField(field.getName())) {
        fields.add(renamed(field, field.getName(), Repetition.OPTIONAL));
      }
    }
    return fields;
  }

  /** The middle level of a list or map. */
  private static boolean isLevel(GroupType group) {
    return group.isRepetition(Repetition.REPEATED);
  }

  private static Type canonical(Type field, String name, Repetition repetition) {
    return field.isRepetition(Repetition.REPEATED)
        ? Types.list(repetition).element(single(field, "element", Repetition.REQUIRED)).named(name)
        : single(field, name, repetition);
  }

  /** A field that keeps whether it may be null; a repeated one is a list that may not. */
  private static Type canonical(Type field, String name) {
    boolean isRepeated = field.isRepetition(Repetition.REPEATED);
    return canonical(field, name, isRepeated ? Repetition.REQUIRED : field.getRepetition());
  }

  /** One value of a field, which may be a repeated one. */
  private static Type single(Type field, String name, Repetition repetition) {
    if (field.isPrimitive()) {
      return renamed(field, name, repetition);
    }
    GroupType group = field.asGroupType();
    Type first = group.getType(0);
    return switch (Nesting.of(group)) {
      case STRUCT -> {
        List<Type> fields =
            group.getFields().stream().map(inner -> canonical(inner, inner.getName())).toList();
        yield group(null, name, repetition, fields);
      }
      case LIST_OF_REPEATED ->
          Types.list(repetition).element(single(first, "element", Repetition.REQUIRED)).named(name);
      case LIST_OF_INNER, KEYS ->
          Types.list(repetition)
              .element(canonical(first.asGroupType().getType(0), "element"))
              .named(name);
      case MAP, ENTRIES ->
          Types.map(repetition)
              .key(canonical(first.asGroupType().getType(0), "key", Repetition.REQUIRED))
              .value(canonical(first.asGroupType().getType(1), "value"))
              .named(name);
    };
  }

  /** A group like {@code like}, of other fields; null for a plain struct. */
  private static GroupType group(
      GroupType like, String name, Repetition repetition, List<Type> fields) {
    Types.GroupBuilder<GroupType> builder = Types.buildGroup(repetition);
    if (like != null && like.getLogicalTypeAnnotation() != null) {
      builder = builder.as(like.getLogicalTypeAnnotation());
    }
    return builder.addFields(fields.toArray(Type[]::new)).named(name);
  }

  private static Type renamed(Type field, String name, Repetition repetition) {
    if (!field.isPrimitive()) {
      GroupType group = field.asGroupType();
      return group(group, name, repetition, group.getFields());
    }
    PrimitiveType primitive = field.asPrimitiveType();
    return Types.primitive(primitive.getPrimitiveTypeName(), repetition)
        .length(primitive.getTypeLength())
        .as(primitive.getLogicalTypeAnnotation())
        .named(name);
  }

  /** In the notation of Parquet schemas, such as {@code int64 (TIMESTAMP(MICROS,true))}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    type.writeToStringBuilder(text, "");
    return text.toString()
        .replaceAll("\\s+", " ")
        .replaceFirst("^optional ", "")
        .replaceFirst(" " + NAME + "\\b", "")
        .strip();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StoredType stored && stored.type.equals(type);
  }

  @Override
  public int hashCode() {
    return type.hashCode();
  }

  private Object writeReplace() throws IOException {
    ParquetMetadata metadata =
        new ParquetMetadata(new FileMetaData(new MessageType("m", type), Map.of(), ""), List.of());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Util.writeFileMetaData(new ParquetMetadataConverter().toParquetMetadata(1, metadata), bytes);
    return new Footer(bytes.toByteArray());
  }

  private void readObject(ObjectInputStream in) throws InvalidObjectException {
    throw new InvalidObjectException("a type is written as a footer");
  }

  /** A type on its way: a Parquet footer whose schema has it as its only column. */
  private static final class Footer implements Serializable {
    private final byte[] bytes;

    Footer(byte[] bytes) {
      this.bytes = bytes;
    }

    private Object readResolve() throws IOException {
      ParquetMetadata metadata =
          new ParquetMetadataConverter()
              .fromParquetMetadata(Util.readFileMetaData(new ByteArrayInputStream(bytes)));
      return new StoredType(metadata.getFileMetaData().getSchema().getType(0));
    }
  }
}
