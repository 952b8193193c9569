package dev.espalier.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The methods of Python's dict that only read. */
final class MapMethods {

  /** A method, given its object. */
  interface Method {
    Object call(Map<?, ?> map, Given given);
  }

  static final Map<String, Method> ALL =
      Map.of(
          "items", (map, given) -> items(map),
          "keys", (map, given) -> new ArrayList<>(map.keySet()),
          "values", (map, given) -> new ArrayList<>(map.values()),
          "get", MapMethods::get);

  private MapMethods() {}

  /** The entries, each a tuple of key and value. */
  static List<Object> items(Map<?, ?> map) {
    List<Object> items = new ArrayList<>(map.size());
    map.forEach(
        (key, value) -> {
          List<Object> item = new ArrayList<>(2);
          item.add(key);
          item.add(value);
          items.add(new Tuple(item));
        });
    return items;
  }

  private static Object get(Map<?, ?> map, Given given) {
    Object key = given.accepting("key", "default").get(0, "key");
    return map.containsKey(key) ? map.get(key) : given.get(1, "default", null);
  }
}
