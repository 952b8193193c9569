package dev.espalier.io.table;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapLogicalTypeAnnotation;
import org.apache.parquet.schema.Type;

/** Writes values of one field, nested ones too, in the form that its Parquet type has. */
abstract class ValueWriter {
  private final String name;
  private final int index;

  private ValueWriter(Type field, int index) {
    this.name = field.getName();
    this.index = index;
  }

  /**
   * @param field of three levels where it is a list or map
   * @param index in its group
   */
  static ValueWriter of(Type field, int index) {
    if (field.isPrimitive()) {
      return new Scalars(field, index);
    }
    LogicalTypeAnnotation logical = field.getLogicalTypeAnnotation();
    if (logical instanceof ListLogicalTypeAnnotation) {
      return new Lists(field.asGroupType(), index);
    }
    return logical instanceof MapLogicalTypeAnnotation
        ? new Maps(field.asGroupType(), index)
        : new Structs(field.asGroupType(), index);
  }

  /**
   * Writes the field, unless {@code value} is null.
   *
   * @throws IllegalArgumentException if the value is none of the type
   */
  final void write(Object value, RecordConsumer out) {
    if (value != null) {
      out.startField(name, index);
      content(value, out);
      out.endField(name, index);
    }
  }

  abstract void content(Object value, RecordConsumer out);

  final IllegalArgumentException notOfType(Object value) {
    return new IllegalArgumentException(
        "the column or field \"" + name + "\" cannot hold " + ScalarWriter.text(value));
  }

  private static final class Scalars extends ValueWriter {
    private final ScalarWriter.Scalar scalar;

    Scalars(Type field, int index) {
      super(field, index);
      this.scalar = ScalarWriter.of(field.asPrimitiveType());
    }

    @Override
    void content(Object value, RecordConsumer out) {
      scalar.of(value).accept(out);
    }
  }

  private static final class Lists extends ValueWriter {
    private final String levelName;
    private final ValueWriter element;

    Lists(GroupType field, int index) {
      super(field, index);
      GroupType level = field.getType(0).asGroupType();
      this.levelName = level.getName();
      this.element = of(level.getType(0), 0);
    }

    @Override
    void content(Object value, RecordConsumer out) {
      if (!(value instanceof List<?> list)) {
        throw notOfType(value);
      }
      out.startGroup();
      if (!list.isEmpty()) {
        out.startField(levelName, 0);
        for (Object item : list) {
          out.startGroup();
          element.write(item, out);
          out.endGroup();
        }
        out.endField(levelName, 0);
      }
      out.endGroup();
    }
  }

  private static final class Maps extends ValueWriter {
    private final String levelName;
    private final ValueWriter key;
    private final ValueWriter mapped;

    Maps(GroupType field, int index) {
      super(field, index);
      GroupType level = field.getType(0).asGroupType();
      this.levelName = level.getName();
      this.key = of(level.getType(0), 0);
      this.mapped = of(level.getType(1), 1);
    }

    @Override
    void content(Object value, RecordConsumer out) {
      out.startGroup();
      if (value instanceof Map<?, ?> map) {
        startEntries(map.isEmpty(), out);
        map.forEach((k, v) -> entry(k, v, out));
        endEntries(map.isEmpty(), out);
      } else if (value instanceof List<?> entries) {
        // Keys that are no scalars come as a list of structs of a key and a value.
        startEntries(entries.isEmpty(), out);
        for (Object entry : entries) {
          Iterator<?> parts = ((Map<?, ?>) entry).values().iterator();
          entry(parts.next(), parts.next(), out);
        }
        endEntries(entries.isEmpty(), out);
      } else {
        throw notOfType(value);
      }
      out.endGroup();
    }

    private void startEntries(boolean none, RecordConsumer out) {
      if (!none) {
        out.startField(levelName, 0);
      }
    }

    private void endEntries(boolean none, RecordConsumer out) {
      if (!none) {
        out.endField(levelName, 0);
      }
    }

    private void entry(Object k, Object v, RecordConsumer out) {
      out.startGroup();
      key.write(k, out);
      mapped.write(v, out);
      out.endGroup();
    }
  }

  private static final class Structs extends ValueWriter {
    private final List<String> names = new ArrayList<>();
    private final List<ValueWriter> fields = new ArrayList<>();

    Structs(GroupType field, int index) {
      super(field, index);
      for (Type inner : field.getFields()) {
        names.add(inner.getName());
        fields.add(of(inner, fields.size()));
      }
    }

    @Override
    void content(Object value, RecordConsumer out) {
      if (!(value instanceof Map<?, ?> struct)) {
        throw notOfType(value);
      }
      out.startGroup();
      for (int i = 0; i < names.size(); i++) {
        fields.get(i).write(struct.get(names.get(i)), out);
      }
      out.endGroup();
    }
  }
}
