package dev.espalier.program.source;

import java.util.AbstractMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** A map as templates see it: a key that it lacks, or that is null there, is {@link Undefined}. */
final class StrictMap extends AbstractMap<String, Object> {
  /** What templates may call on a map, unless it has a key of that name. */
  private static final Set<String> METHODS = Set.of("items", "keys", "values", "get");

  private final Map<String, ?> content;
  private final Function<String, Undefined> missing;

  StrictMap(Map<String, ?> content, Function<String, Undefined> missing) {
    this.content = content;
    this.missing = missing;
  }

  @Override
  public Object get(Object key) {
    Object value = content.get(key);
    if (value == null && !(content.get(key) == null && METHODS.contains(key))) {
      return missing.apply(String.valueOf(key));
    }
    return strict(value, missing);
  }

  @Override
  public boolean containsKey(Object key) {
    return content.containsKey(key);
  }

  @Override
  public Set<Entry<String, Object>> entrySet() {
    Map<String, Object> all = new LinkedHashMap<>();
    content.forEach((key, value) -> all.put(key, strict(value, missing)));
    return all.entrySet();
  }

  /** {@code value} with strict maps in place of the maps in it. */
  @SuppressWarnings("unchecked") // rows and YAML have string keys alone
  static Object strict(Object value, Function<String, Undefined> missing) {
    if (value instanceof Map<?, ?> map && !(value instanceof StrictMap)) {
      return new StrictMap((Map<String, ?>) map, missing);
    } else if (value instanceof List<?> list) {
      return list.stream().map(item -> strict(item, missing)).toList();
    }
    return value;
  }
}
