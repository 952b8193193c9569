package dev.espalier.io.record;

import dev.espalier.io.record.RecordSchema.Field;
import dev.espalier.io.record.RecordSchema.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.io.api.RecordMaterializer;

/**
 * The values of the record that was read last. Text and bytes are made of what the pages hold when
 * they are asked for, since most records are passed over by one field.
 */
final class RecordValues extends RecordMaterializer<RecordValues> {
  private final List<Field> fields;
  private final Object[] values; // as they were read: binary, boxed numbers, lists of both
  private final GroupConverter root;

  RecordValues(List<Field> fields) {
    this.fields = List.copyOf(fields);
    this.values = new Object[fields.size()];
    Converter[] converters = new Converter[fields.size()];
    for (int i = 0; i < converters.length; i++) {
      int field = i;
      converters[i] =
          switch (fields.get(i).kind()) {
            case TEXTS, NUMBERS, FLAGS -> new ListConverter(field);
            default -> new ValueConverter(value -> values[field] = value);
          };
    }
    this.root = new Root(converters);
  }

  /** The value of a field. */
  Object value(int field) {
    Object value = values[field];
    Kind kind = fields.get(field).kind();
    return switch (kind) {
      case TEXT -> ((Binary) value).toStringUsingUTF8();
      case BYTES -> ((Binary) value).getBytes();
      case TEXTS ->
          ((List<?>) value).stream().map(text -> ((Binary) text).toStringUsingUTF8()).toList();
      default -> value;
    };
  }

  /** The values of all fields, in their order. */
  List<Object> all() {
    List<Object> all = new ArrayList<>(values.length);
    for (int i = 0; i < values.length; i++) {
      all.add(value(i));
    }
    return all;
  }

  @Override
  public RecordValues getCurrentRecord() {
    return this;
  }

  @Override
  public GroupConverter getRootConverter() {
    return root;
  }

  private static final class Root extends GroupConverter {
    private final Converter[] fields;

    Root(Converter[] fields) {
      this.fields = fields;
    }

    @Override
    public Converter getConverter(int field) {
      return fields[field];
    }

    @Override
    public void start() {
      // No field is ever null: each is set.
    }

    @Override
    public void end() {
      // The values are there.
    }
  }

  /** Of a list with its repeated group and its elements. */
  private final class ListConverter extends GroupConverter {
    private final int field;
    private final GroupConverter repeated;
    private List<Object> items;

    ListConverter(int field) {
      this.field = field;
      this.repeated = new Root(new Converter[] {new ValueConverter(value -> items.add(value))});
    }

    @Override
    public Converter getConverter(int index) {
      return repeated;
    }

    @Override
    public void start() {
      items = new ArrayList<>();
      values[field] = items;
    }

    @Override
    public void end() {
      // The items are there.
    }
  }

  private static final class ValueConverter extends PrimitiveConverter {
    private final Consumer<Object> sink;

    ValueConverter(Consumer<Object> sink) {
      this.sink = sink;
    }

    @Override
    public void addBinary(Binary value) {
      sink.accept(value.isBackingBytesReused() ? value.copy() : value);
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
    public void addLong(long value) {
      sink.accept(value);
    }
  }
}
