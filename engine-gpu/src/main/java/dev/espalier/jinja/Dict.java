package dev.espalier.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Python's dict: in order of insertion, its keys equal as Python's values are. */
final class Dict {
  private final LinkedHashMap<Object, Map.Entry<Object, Object>> entries = new LinkedHashMap<>();
  private Source source; // of entries that nobody has asked for; null if all are here

  private record Source(Map<String, ?> map, Rendering rendering) {}

  Dict() {}

  /** A dict that takes over an entry when it is asked for. */
  Dict(OnDemand given, Rendering rendering) {
    source = new Source(given.map(), rendering);
  }

  /** What Python hashes and compares of a key. */
  static Object hashed(Object key) {
    if (key instanceof Boolean truth) {
      return truth ? 1L : 0L;
    }
    if (key instanceof SpelledNumber number) {
      return hashed(number.value());
    }
    if (key instanceof Double number) {
      if (number == Math.rint(number) && !Double.isInfinite(number)) {
        BigInteger whole = new BigDecimal(number).toBigInteger();
        return Numbers.whole(whole);
      }
      return number;
    }
    if (key instanceof Markup markup) {
      return markup.text();
    }
    if (key instanceof Tuple tuple) {
      return tuple.key(0);
    }
    if (key instanceof Undefined undefined) {
      undefined.requireLenient();
      return Undefined.class;
    }
    if (key instanceof Dict || key instanceof ArrayList<?> || isSet(key)) {
      throw new JinjaException(Types.described(key) + " cannot be a key");
    }
    return key;
  }

  private static boolean isSet(Object key) {
    return key instanceof View view && view.kind() != View.Kind.VALUES;
  }

  /** Whether there is an entry; it is taken over if it was not. */
  private boolean take(Object hashed) {
    if (entries.containsKey(hashed)) {
      return true;
    }
    if (source == null || !(hashed instanceof String name) || !source.map.containsKey(name)) {
      return false;
    }
    Object value = Imports.imported(source.map.get(name), source.rendering);
    entries.put(hashed, new java.util.AbstractMap.SimpleImmutableEntry<>(name, value));
    return true;
  }

  /** Takes over all entries that are left, in the order of the source. */
  private LinkedHashMap<Object, Map.Entry<Object, Object>> all() {
    if (source != null) {
      Source left = source;
      source = null;
      LinkedHashMap<Object, Map.Entry<Object, Object>> taken = new LinkedHashMap<>(entries);
      entries.clear();
      left.rendering.items(left.map.size() / 16);
      left.map.forEach(
          (name, value) -> {
            Map.Entry<Object, Object> known = taken.get(name);
            put(name, known != null ? known.getValue() : Imports.imported(value, left.rendering));
          });
    }
    return entries;
  }

  void put(Object key, Object value) {
    LinkedHashMap<Object, Map.Entry<Object, Object>> entries = all();
    Object hashed = hashed(key);
    Map.Entry<Object, Object> old = entries.get(hashed);
    Object kept = old == null ? key : old.getKey();
    entries.put(hashed, new java.util.AbstractMap.SimpleImmutableEntry<>(kept, value));
  }

  void putAll(Dict other) {
    other.entries().forEach(entry -> put(entry.getKey(), entry.getValue()));
  }

  boolean contains(Object key) {
    return take(hashed(key));
  }

  /** The value, or {@code otherwise} if there is none. */
  Object get(Object key, Object otherwise) {
    Object hashed = hashed(key);
    return take(hashed) ? entries.get(hashed).getValue() : otherwise;
  }

  int size() {
    return all().size();
  }

  Collection<Map.Entry<Object, Object>> entries() {
    return all().values();
  }

  List<Object> keys() {
    List<Object> keys = new ArrayList<>(all().size());
    all().values().forEach(entry -> keys.add(entry.getKey()));
    return keys;
  }

  List<Object> values() {
    List<Object> values = new ArrayList<>(all().size());
    all().values().forEach(entry -> values.add(entry.getValue()));
    return values;
  }

  List<Object> items() {
    List<Object> items = new ArrayList<>(all().size());
    all().values().forEach(entry -> items.add(Tuple.of(entry.getKey(), entry.getValue())));
    return items;
  }
}
