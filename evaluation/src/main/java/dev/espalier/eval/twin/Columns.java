package dev.espalier.eval.twin;

import dev.espalier.jinja.PythonText;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Reads the columns of documents, and says what a document lacks. */
final class Columns {
  private Columns() {}

  private static Object value(Map<String, Object> document, String column) {
    if (!document.containsKey(column)) {
      throw new TwinException(
          "a document has no column `"
              + column
              + "`, only "
              + document.keySet().stream().limit(20).collect(Collectors.joining(", ")));
    }
    return document.get(column);
  }

  private static TwinException wrong(String column, Object value, String wanted) {
    String written = PythonText.repr(value);
    String shown = written.length() <= 60 ? written : written.substring(0, 60) + "…";
    return new TwinException("the column `" + column + "` is " + shown + ", not " + wanted);
  }

  static String text(Map<String, Object> document, String column) {
    Object value = value(document, column);
    if (value instanceof String text) {
      return text;
    }
    throw wrong(column, value, "a text");
  }

  /** Python's {@code str} of whatever the column holds. */
  static String written(Map<String, Object> document, String column) {
    return PythonText.str(value(document, column));
  }

  static Object any(Map<String, Object> document, String column) {
    return value(document, column);
  }

  static List<?> list(Map<String, Object> document, String column) {
    Object value = value(document, column);
    if (value instanceof List<?> list) {
      return list;
    }
    throw wrong(column, value, "a list");
  }

  static List<String> texts(Map<String, Object> document, String column) {
    return list(document, column).stream()
        .map(
            item -> {
              if (item instanceof String text) {
                return text;
              }
              throw wrong(column, item, "a text");
            })
        .toList();
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> map(Map<String, Object> document, String column) {
    Object value = value(document, column);
    if (value instanceof Map<?, ?> map) {
      return (Map<String, Object>) map;
    }
    throw wrong(column, value, "an object");
  }

  /** Python's {@code int} of a number or a text. */
  static long whole(Map<String, Object> document, String column) {
    Object value = value(document, column);
    if (value instanceof Long number) {
      return number;
    } else if (value instanceof Boolean truth) {
      return truth ? 1 : 0;
    } else if (value instanceof Double number && Math.abs(number) < 1L << 53) {
      return number.longValue();
    } else if (value instanceof String text && PythonText.strip(text).matches("[-+]?[0-9]{1,18}")) {
      return Long.parseLong(PythonText.strip(text));
    }
    throw wrong(column, value, "a whole number");
  }

  /** The item at an index; a letter or number that names none is told by its column. */
  static <T> T item(List<T> items, long index, String column) {
    if (index < 0 || index >= items.size()) {
      throw new TwinException(
          "the column `" + column + "` names the item " + index + " of " + items.size());
    }
    return items.get((int) index);
  }

  /** The place of a text among others. */
  static long indexOf(List<String> items, String text, String column) {
    int index = items.indexOf(text);
    if (index < 0) {
      throw new TwinException(
          "the column `" + column + "` is " + PythonText.repr(text) + ", none of " + items);
    }
    return index;
  }
}
