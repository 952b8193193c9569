package dev.espalier.io.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A value of a row under the name of its column.
 *
 * @param value of the Java type that {@code type} names, or null
 */
public record OutputValue(String name, ColumnType type, Object value) {
  private static final JsonMapper JSON = new JsonMapper();

  public OutputValue {
    Objects.requireNonNull(type, "type");
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a column needs a name");
    }
    boolean fits =
        switch (type) {
          case UNKNOWN -> value == null;
          case BOOLEAN -> value == null || value instanceof Boolean;
          case INTEGER -> value == null || value instanceof Long;
          case NUMBER -> value == null || value instanceof Double;
          case STRING -> value == null || value instanceof String;
        };
    if (!fits) {
      throw new IllegalArgumentException(
          "column %s: a %s cannot be %s".formatted(name, value.getClass().getName(), type));
    }
  }

  /**
   * A value of the type it has: a Boolean, Long, Double or String as it is, a List or Map as JSON
   * text, null as {@link ColumnType#UNKNOWN}.
   */
  public static OutputValue of(String name, Object value) {
    if (value == null) {
      return new OutputValue(name, ColumnType.UNKNOWN, null);
    }
    if (value instanceof List || value instanceof Map) {
      try {
        return new OutputValue(name, ColumnType.STRING, JSON.writeValueAsString(value));
      } catch (JsonProcessingException e) {
        throw new IllegalArgumentException("column " + name + ": not JSON", e);
      }
    }
    return new OutputValue(name, typeOf(name, value), value);
  }

  private static ColumnType typeOf(String name, Object value) {
    if (value instanceof Boolean) {
      return ColumnType.BOOLEAN;
    }
    if (value instanceof Long) {
      return ColumnType.INTEGER;
    }
    if (value instanceof Double) {
      return ColumnType.NUMBER;
    }
    if (value instanceof String) {
      return ColumnType.STRING;
    }
    throw new IllegalArgumentException(
        "column %s: no column can hold a %s".formatted(name, value.getClass().getName()));
  }
}
