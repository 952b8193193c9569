package dev.espalier.eval.task;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives rows of JSON the columns of all of them, as Arrow does that has one type for a column: what
 * a row lacks is null, in objects too, and whole numbers among floats are floats.
 */
final class JsonTypes {
  private JsonTypes() {}

  /** What values of one place have in common. */
  private static final class Shape {
    private boolean floating;
    private Map<String, Shape> fields;
    private Shape items;

    void see(Object value) {
      if (value instanceof Double) {
        floating = true;
      } else if (value instanceof Map<?, ?> map) {
        fields = fields == null ? new LinkedHashMap<>() : fields;
        map.forEach(
            (name, item) -> fields.computeIfAbsent((String) name, each -> new Shape()).see(item));
      } else if (value instanceof List<?> list) {
        items = items == null ? new Shape() : items;
        list.forEach(items::see);
      }
    }

    Object shaped(Object value) {
      if (value instanceof Long number && floating) {
        return number.doubleValue();
      } else if (value instanceof Map<?, ?> map) {
        Map<String, Object> shaped = new LinkedHashMap<>();
        fields.forEach((name, shape) -> shaped.put(name, shape.shaped(map.get(name))));
        return shaped;
      } else if (value instanceof List<?> list) {
        List<Object> shaped = new ArrayList<>();
        list.forEach(item -> shaped.add(items.shaped(item)));
        return shaped;
      }
      return value;
    }
  }

  @SuppressWarnings("unchecked")
  static List<Map<String, Object>> joined(List<Map<String, Object>> rows) {
    Shape shape = new Shape();
    rows.forEach(shape::see);
    List<Map<String, Object>> joined = new ArrayList<>();
    rows.forEach(row -> joined.add((Map<String, Object>) shape.shaped(row)));
    return joined;
  }
}
