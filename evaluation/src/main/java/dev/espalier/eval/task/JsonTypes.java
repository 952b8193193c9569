package dev.espalier.eval.task;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives rows of JSON the types that Hugging Face's datasets (5.2) finds for their columns: every
 * row has all columns, whole numbers among floats are floats, texts that are all times are times
 * (here the texts that Python prints of them), and objects have the fields of the first in its
 * order. Where values of one place are of several kinds, or objects have other fields, they stay as
 * they are.
 */
final class JsonTypes {
  private enum Kind {
    TRUTH,
    NUMBER,
    TEXT,
    LIST,
    OBJECT
  }

  /** What the values of one place have in common. */
  private static final class Place {
    private Kind kind;
    private boolean mixed;
    private boolean floating;
    private boolean times = true;
    private Map<String, Place> fields;
    private Place items;

    /** The columns of rows, which may lack some. */
    void seeRow(Map<String, Object> row) {
      fields = fields == null ? new LinkedHashMap<>() : fields;
      row.forEach((name, value) -> fields.computeIfAbsent(name, each -> new Place()).see(value));
    }

    void see(Object value) {
      if (value == null || mixed) {
        return;
      }
      Kind other = kindOf(value);
      mixed = kind != null && kind != other;
      kind = other;
      if (value instanceof Map<?, ?> map) {
        seeObject(map);
      } else if (value instanceof List<?> list) {
        items = items == null ? new Place() : items;
        list.forEach(items::see);
      } else if (value instanceof Double) {
        floating = true;
      } else if (value instanceof String text) {
        times = times && ArrowTime.of(text).isPresent();
      }
    }

    private void seeObject(Map<?, ?> map) {
      if (fields == null) {
        fields = new LinkedHashMap<>();
        map.keySet().forEach(name -> fields.put((String) name, new Place()));
      }
      if (!fields.keySet().equals(map.keySet())) {
        mixed = true;
        return;
      }
      map.forEach((name, item) -> fields.get(name).see(item));
    }

    private static Kind kindOf(Object value) {
      if (value instanceof Map<?, ?>) {
        return Kind.OBJECT;
      } else if (value instanceof List<?>) {
        return Kind.LIST;
      } else if (value instanceof String) {
        return Kind.TEXT;
      }
      return value instanceof Boolean ? Kind.TRUTH : Kind.NUMBER;
    }

    Object shaped(Object value) {
      if (value == null || mixed) {
        return value;
      } else if (value instanceof Map<?, ?> map) {
        return shapedFields(map);
      } else if (value instanceof List<?> list) {
        List<Object> shaped = new ArrayList<>();
        list.forEach(item -> shaped.add(items.shaped(item)));
        return shaped;
      } else if (value instanceof String text && times) {
        return ArrowTime.of(text).orElse(text);
      }
      return value instanceof Long number && floating ? (Object) number.doubleValue() : value;
    }

    Map<String, Object> shapedFields(Map<?, ?> map) {
      Map<String, Object> shaped = new LinkedHashMap<>();
      fields.forEach((name, place) -> shaped.put(name, place.shaped(map.get(name))));
      return shaped;
    }
  }

  private JsonTypes() {}

  static List<Map<String, Object>> joined(List<Map<String, Object>> rows) {
    Place columns = new Place();
    rows.forEach(columns::seeRow);
    return rows.stream().map(columns::shapedFields).toList();
  }
}
