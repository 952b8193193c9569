package dev.espalier.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Attributes, items and slices of values. */
final class Access {
  private Access() {}

  /** Whether any value has a method of this name that templates may call. */
  static boolean isMethod(String name) {
    return StringMethods.ALL.containsKey(name)
        || MapMethods.ALL.containsKey(name)
        || Loop.METHODS.contains(name);
  }

  /** {@code object.name}: a method, or else an item. */
  static Object attribute(Object object, String name) {
    if (object instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (object instanceof String text && StringMethods.ALL.containsKey(name)) {
      StringMethods.Method method = StringMethods.ALL.get(name);
      return (Function) (arguments, named) -> method.call(text, new Given(arguments, named));
    }
    if (object instanceof Map<?, ?> map) {
      if (MapMethods.ALL.containsKey(name)) {
        MapMethods.Method method = MapMethods.ALL.get(name);
        return (Function) (arguments, named) -> method.call(map, new Given(arguments, named));
      }
      return map.containsKey(name) ? map.get(name) : new Undefined(name);
    }
    if (object instanceof Namespace namespace) {
      return namespace.get(name);
    }
    if (object instanceof Loop loop) {
      return loop.attribute(name);
    }
    return new Undefined(name);
  }

  /** {@code object[key]}. */
  static Object item(Object object, Object key) {
    if (object instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (object instanceof Map<?, ?> map && map.containsKey(key)) {
      return map.get(key);
    }
    if (key instanceof Long index && (object instanceof List<?> || object instanceof String)) {
      int length = Values.length(object);
      long at = index < 0 ? index + length : index;
      if (at < 0 || at >= length) {
        return new Undefined("item " + index);
      }
      return object instanceof List<?> list
          ? list.get((int) at)
          : PythonText.at((String) object, (int) at);
    }
    return key instanceof String name
        ? attribute(object, name)
        : new Undefined("item " + Values.text(key));
  }

  /** {@code object[from:to:step]}, with Python's defaults where a bound is null. */
  static Object slice(Object object, Object from, Object to, Object step) {
    Values.requireDefined(object);
    if (!(object instanceof List<?>) && !(object instanceof String)) {
      throw new JinjaException(Values.typeName(object) + " cannot be sliced");
    }
    List<?> items = Values.items(object);
    int stride = step == null ? 1 : Values.integer(step);
    if (stride == 0) {
      throw new JinjaException("a slice cannot have the step 0");
    }
    int lowest = stride > 0 ? 0 : -1;
    int highest = stride > 0 ? items.size() : items.size() - 1;
    int start = bound(from, stride > 0 ? lowest : highest, items.size(), lowest, highest);
    int end = bound(to, stride > 0 ? highest : lowest, items.size(), lowest, highest);
    List<Object> slice = new ArrayList<>();
    for (int i = start; stride > 0 ? i < end : i > end; i += stride) {
      slice.add(items.get(i));
    }
    return object instanceof String ? joined(slice) : slice;
  }

  private static int bound(Object bound, int otherwise, int length, int lowest, int highest) {
    if (bound == null) {
      return otherwise;
    }
    int at = Values.integer(bound);
    return Math.max(lowest, Math.min(highest, at < 0 ? at + length : at));
  }

  private static String joined(List<Object> characters) {
    StringBuilder text = new StringBuilder();
    characters.forEach(text::append);
    return text.toString();
  }
}
