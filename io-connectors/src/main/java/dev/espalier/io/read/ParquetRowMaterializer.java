package dev.espalier.io.read;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapKeyValueTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;

/**
 * Assembles the values of Parquet columns into maps: groups become Maps, LIST groups and repeated
 * fields Lists, MAP groups Maps by the text of their keys; {@link ParquetScalars} does the rest.
 * Lists of older writers follow the format's backward-compatibility rules.
 */
final class ParquetRowMaterializer extends RecordMaterializer<Map<String, Object>> {
  private final StructConverter root;
  private Map<String, Object> current;
  private String invalidUtf8; // of the current row, null if there is none

  ParquetRowMaterializer(MessageType schema) {
    root =
        new StructConverter(schema, row -> current = row) {
          @Override
          public void start() {
            super.start();
            invalidUtf8 = null;
          }
        };
  }

  @Override
  public Map<String, Object> getCurrentRecord() {
    return current;
  }

  @Override
  public GroupConverter getRootConverter() {
    return root;
  }

  /** Which column of the current row holds bytes that are not UTF-8, if one does. */
  Optional<String> invalidUtf8() {
    return Optional.ofNullable(invalidUtf8);
  }

  private Converter converter(Type type, Consumer<Object> sink) {
    if (type.isPrimitive()) {
      return new ScalarConverter(type, sink);
    }
    GroupType group = type.asGroupType();
    if (group.getLogicalTypeAnnotation() instanceof ListLogicalTypeAnnotation
        && hasOneRepeatedField(group)) {
      return new ListConverter(group, sink);
    }
    boolean map =
        group.getLogicalTypeAnnotation() instanceof MapLogicalTypeAnnotation
            || group.getLogicalTypeAnnotation() instanceof MapKeyValueTypeAnnotation;
    if (map && hasOneRepeatedField(group) && isKeyAndValue(group.getType(0))) {
      return new MapConverter(group, sink);
    }
    return new StructConverter(group, sink::accept);
  }

  private static boolean hasOneRepeatedField(GroupType group) {
    return group.getFieldCount() == 1 && group.getType(0).isRepetition(Repetition.REPEATED);
  }

  private static boolean isKeyAndValue(Type entry) {
    return !entry.isPrimitive() && entry.asGroupType().getFieldCount() == 2;
  }

  private class StructConverter extends GroupConverter {
    private final GroupType type;
    private final Consumer<Map<String, Object>> sink;
    private final List<Converter> converters = new ArrayList<>();
    private Map<String, Object> struct;

    StructConverter(GroupType type, Consumer<Map<String, Object>> sink) {
      this.type = type;
      this.sink = sink;
      for (Type field : type.getFields()) {
        String name = field.getName();
        converters.add(
            field.isRepetition(Repetition.REPEATED)
                ? converter(field, element -> list(name).add(element))
                : converter(field, value -> struct.put(name, value)));
      }
    }

    @SuppressWarnings("unchecked") // start() put it there
    private List<Object> list(String name) {
      return (List<Object>) struct.get(name);
    }

    @Override
    public Converter getConverter(int field) {
      return converters.get(field);
    }

    @Override
    public void start() {
      struct = new LinkedHashMap<>();
      for (Type field : type.getFields()) {
        struct.put(
            field.getName(), field.isRepetition(Repetition.REPEATED) ? new ArrayList<>() : null);
      }
    }

    @Override
    public void end() {
      sink.accept(struct);
    }
  }

  private final class ListConverter extends GroupConverter {
    private final Consumer<Object> sink;
    private final Converter element;
    private List<Object> list;

    ListConverter(GroupType type, Consumer<Object> sink) {
      this.sink = sink;
      Type repeated = type.getType(0);
      element =
          repeatedIsElement(repeated, type.getName())
              ? converter(repeated, value -> list.add(value))
              : new WrapperConverter(repeated.asGroupType().getType(0), value -> list.add(value));
    }

    private static boolean repeatedIsElement(Type repeated, String listName) {
      return repeated.isPrimitive()
          || repeated.asGroupType().getFieldCount() != 1
          || repeated.getName().equals("array")
          || repeated.getName().equals(listName + "_tuple");
    }

    @Override
    public Converter getConverter(int field) {
      return element;
    }

    @Override
    public void start() {
      list = new ArrayList<>();
    }

    @Override
    public void end() {
      sink.accept(list);
    }
  }

  /** The middle level of a three-level list: a group around one element, which may be null. */
  private final class WrapperConverter extends GroupConverter {
    private final Consumer<Object> sink;
    private final Converter element;
    private Object value;

    WrapperConverter(Type type, Consumer<Object> sink) {
      this.sink = sink;
      element = converter(type, found -> value = found);
    }

    @Override
    public Converter getConverter(int field) {
      return element;
    }

    @Override
    public void start() {
      value = null;
    }

    @Override
    public void end() {
      sink.accept(value);
    }
  }

  private final class MapConverter extends GroupConverter {
    private final Consumer<Object> sink;
    private final StructConverter entry;
    private Map<String, Object> map;

    MapConverter(GroupType type, Consumer<Object> sink) {
      this.sink = sink;
      GroupType entryType = type.getType(0).asGroupType();
      String key = entryType.getFieldName(0);
      String value = entryType.getFieldName(1);
      entry =
          new StructConverter(
              entryType, found -> map.put(String.valueOf(found.get(key)), found.get(value)));
    }

    @Override
    public Converter getConverter(int field) {
      return entry;
    }

    @Override
    public void start() {
      map = new LinkedHashMap<>();
    }

    @Override
    public void end() {
      sink.accept(map);
    }
  }

  private final class ScalarConverter extends PrimitiveConverter {
    private final String name;
    private final ParquetScalars scalars;
    private final Consumer<Object> sink;

    ScalarConverter(Type type, Consumer<Object> sink) {
      this.name = type.getName();
      this.scalars = ParquetScalars.of(type.asPrimitiveType());
      this.sink = sink;
    }

    @Override
    public void addBinary(Binary value) {
      if (!scalars.isText()) {
        sink.accept(scalars.ofBinary(value));
        return;
      }
      byte[] bytes = value.getBytesUnsafe();
      Utf8.Decoded decoded = Utf8.decode(bytes);
      if (decoded.invalidAt() >= 0 && invalidUtf8 == null) {
        invalidUtf8 =
            "byte %s at offset %d of column \"%s\" is not UTF-8"
                .formatted(Utf8.hex(bytes[decoded.invalidAt()]), decoded.invalidAt(), name);
      }
      sink.accept(decoded.text());
    }

    @Override
    public void addBoolean(boolean value) {
      sink.accept(value);
    }

    @Override
    public void addDouble(double value) {
      sink.accept(value);
    }

    @Override
    public void addFloat(float value) {
      sink.accept((double) value);
    }

    @Override
    public void addInt(int value) {
      sink.accept(scalars.ofInteger(value));
    }

    @Override
    public void addLong(long value) {
      sink.accept(scalars.ofInteger(value));
    }
  }
}
