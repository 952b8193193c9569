package dev.espalier.io.read;

import dev.espalier.io.parquet.Nesting;
import dev.espalier.row.RowError;
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
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;

/**
 * Assembles the values of Parquet columns into maps: groups become Maps, lists and repeated fields
 * Lists, maps Maps by the text of their keys, maps without values Lists of their keys. {@link
 * Nesting} tells which group is which, {@link ParquetScalars} what the scalars become.
 */
final class ParquetRowMaterializer extends RecordMaterializer<Map<String, Object>> {
  private final StructConverter root;
  private Map<String, Object> current;
  private RowError invalidUtf8; // of the current row, null if there is none
  private final boolean pythonTexts;
  private String problem; // of the current row, null if there is none

  ParquetRowMaterializer(MessageType schema, boolean pythonTexts) {
    this.pythonTexts = pythonTexts;
    root =
        new StructConverter(schema, "", row -> current = row) {
          @Override
          public void start() {
            super.start();
            invalidUtf8 = null;
            problem = null;
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
  Optional<RowError> invalidUtf8() {
    return Optional.ofNullable(invalidUtf8);
  }

  /** Which value of the current row is none of its type, if one is not; null stands for it. */
  Optional<String> problem() {
    return Optional.ofNullable(problem);
  }

  private void problem(String found) {
    if (problem == null) {
      problem = found;
    }
  }

  private Converter converter(Type type, String parent, Consumer<Object> sink) {
    String path = parent.isEmpty() ? type.getName() : parent + "." + type.getName();
    if (type.isPrimitive()) {
      return new ScalarConverter(type, path, sink);
    }
    GroupType group = type.asGroupType();
    return switch (Nesting.of(group)) {
      case STRUCT -> new StructConverter(group, path, sink::accept);
      case LIST_OF_REPEATED -> new ListConverter(group.getType(0), path, sink);
      case ENTRIES -> new EntriesConverter(group.getType(0), path, sink);
      case LIST_OF_INNER, KEYS -> new InnerListConverter(group.getType(0), path, sink);
      case MAP -> new MapConverter(group.getType(0).asGroupType(), path, sink);
    };
  }

  private class StructConverter extends GroupConverter {
    private final GroupType type;
    private final Consumer<Map<String, Object>> sink;
    private final List<Converter> converters = new ArrayList<>();
    private Map<String, Object> struct;

    StructConverter(GroupType type, String path, Consumer<Map<String, Object>> sink) {
      this.type = type;
      this.sink = sink;
      for (Type field : type.getFields()) {
        String name = field.getName();
        converters.add(
            field.isRepetition(Repetition.REPEATED)
                ? converter(field, path, element -> list(name).add(element))
                : converter(field, path, value -> struct.put(name, value)));
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

  /** A group around the repeated elements of a list. */
  private class ListConverter extends GroupConverter {
    private final Consumer<Object> sink;
    private final Converter element;
    private List<Object> list;

    ListConverter(Type element, String path, Consumer<Object> sink) {
      this.sink = sink;
      this.element = element(element, path);
    }

    Converter element(Type repeated, String path) {
      return converter(repeated, path, this::add);
    }

    final void add(Object value) {
      list.add(value);
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

  /** A list with a group around each element, which may be null. */
  private final class InnerListConverter extends ListConverter {
    InnerListConverter(Type repeated, String path, Consumer<Object> sink) {
      super(repeated, path, sink);
    }

    @Override
    Converter element(Type repeated, String path) {
      return new WrapperConverter(repeated.asGroupType().getType(0), path, this::add);
    }
  }

  /** A map whose keys are no scalars: a list of its entries. */
  private final class EntriesConverter extends ListConverter {
    EntriesConverter(Type repeated, String path, Consumer<Object> sink) {
      super(repeated, path, sink);
    }

    @Override
    Converter element(Type repeated, String path) {
      GroupType entry = repeated.asGroupType();
      return new StructConverter(
          entry,
          path,
          found -> {
            Map<String, Object> named = new LinkedHashMap<>();
            named.put("key", found.get(entry.getFieldName(0)));
            named.put("value", found.get(entry.getFieldName(1)));
            add(named);
          });
    }
  }

  private final class WrapperConverter extends GroupConverter {
    private final Consumer<Object> sink;
    private final Converter element;
    private Object value;

    WrapperConverter(Type type, String path, Consumer<Object> sink) {
      this.sink = sink;
      element = converter(type, path, found -> value = found);
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

    MapConverter(GroupType entryType, String path, Consumer<Object> sink) {
      this.sink = sink;
      String key = entryType.getFieldName(0);
      String value = entryType.getFieldName(1);
      entry =
          new StructConverter(
              entryType,
              path,
              found -> {
                if (found.get(key) == null) {
                  problem("a key of the map in column \"" + path + "\" is null");
                } else {
                  map.put(found.get(key).toString(), found.get(value));
                }
              });
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
    private final String path;
    private final ParquetScalars scalars;
    private final Consumer<Object> sink;

    ScalarConverter(Type type, String path, Consumer<Object> sink) {
      this.path = path;
      this.scalars =
          pythonTexts
              ? PythonScalars.of(type.asPrimitiveType())
              : ParquetScalars.of(type.asPrimitiveType());
      this.sink = sink;
    }

    @Override
    public void addBinary(Binary value) {
      if (!scalars.isText()) {
        try {
          sink.accept(scalars.ofBinary(value));
        } catch (ParquetScalars.NotOfItsTypeException e) {
          notOfItsType(e);
        }
        return;
      }
      byte[] bytes = value.getBytesUnsafe();
      Utf8.Decoded decoded = Utf8.decode(bytes);
      if (decoded.invalidAt() >= 0 && invalidUtf8 == null) {
        invalidUtf8 = Utf8.invalid(bytes, decoded, "column \"" + path + "\"");
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
      addLong(value);
    }

    @Override
    public void addLong(long value) {
      try {
        sink.accept(scalars.ofInteger(value));
      } catch (ParquetScalars.NotOfItsTypeException e) {
        notOfItsType(e);
      }
    }

    private void notOfItsType(ParquetScalars.NotOfItsTypeException e) {
      problem("column \"%s\": %s".formatted(path, e.getMessage()));
      sink.accept(null);
    }
  }
}
