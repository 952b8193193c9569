package dev.espalier.program.source;

import dev.espalier.program.RowException;
import dev.espalier.program.ValueReader;
import dev.espalier.row.ValueType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where a {@code set} or an argument gets its value from. Immutable. */
sealed interface ValueSource {

  /**
   * @throws dev.espalier.program.RowException if a text cannot be written, or is not of its type
   */
  Object get(Frame.Names names);

  /**
   * A value of the file.
   *
   * @param value see {@link PlainValues#of}
   */
  record Constant(Object value) implements ValueSource {
    @Override
    public Object get(Frame.Names names) {
      return value;
    }
  }

  /** A text with Jinja, which a type turns into a number or a truth value. */
  record Rendered(Template text, ValueType type) implements ValueSource {
    @Override
    public Object get(Frame.Names names) {
      String written = text.render(names);
      try {
        return ValueReader.read(type, written);
      } catch (RowException e) {
        throw text.located(
            new RowException(
                e.code(),
                "the template gives \""
                    + written
                    + "\", which is no "
                    + type.description()
                    + "; mend it, or the `type`"));
      }
    }
  }

  /** A list of the file. */
  record Items(List<ValueSource> items) implements ValueSource {
    @Override
    public Object get(Frame.Names names) {
      List<Object> values = new ArrayList<>();
      items.forEach(item -> values.add(item.get(names)));
      return values;
    }
  }

  /** A mapping of the file. */
  record Fields(Map<String, ValueSource> fields) implements ValueSource {
    @Override
    public Object get(Frame.Names names) {
      Map<String, Object> values = new LinkedHashMap<>();
      fields.forEach((name, source) -> values.put(name, source.get(names)));
      return values;
    }
  }
}
