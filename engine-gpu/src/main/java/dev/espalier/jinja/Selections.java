package dev.espalier.jinja;

import java.util.ArrayList;
import java.util.List;

/** The filters that apply another filter or a test to each item. */
final class Selections {
  private Selections() {}

  /**
   * {@code item.path}.
   *
   * @param path names or indices with dots between; null for the item itself
   */
  static Object attribute(Object item, Object path) {
    if (path == null) {
      return item;
    }
    if (path instanceof Long) {
      return Access.item(item, path);
    }
    Object value = item;
    for (String name : Values.string(path).split("\\.", -1)) {
      boolean isIndex = !name.isEmpty() && name.chars().allMatch(Character::isDigit);
      value = Access.item(value, isIndex ? (Object) Long.parseLong(name) : name);
    }
    return value;
  }

  /** {@code map(attribute=…)} or {@code map('filter', …)}. */
  static Object map(Object value, Given given) {
    List<Object> mapped = new ArrayList<>();
    if (given.named().containsKey("attribute")) {
      Object path = given.named().get("attribute");
      Object otherwise = given.named().get("default");
      for (Object item : Values.items(value)) {
        Object attribute = attribute(item, path);
        mapped.add(attribute instanceof Undefined && otherwise != null ? otherwise : attribute);
      }
      return mapped;
    }
    String name = given.string(0, "filter");
    Filters.Filter filter = Filters.ALL.get(name);
    if (filter == null) {
      throw new JinjaException("the filter " + name + " is not supported");
    }
    Given rest = new Given(rest(given, 1), given.named());
    for (Object item : Values.items(value)) {
      mapped.add(filter.apply(item, rest));
    }
    return mapped;
  }

  /** {@code select('test', …)}; without a test, items are taken by their truth. */
  static Object select(Object value, Given given, boolean keeps) {
    Predicates.Test test = test(given, 0);
    List<Object> arguments = rest(given, 1);
    List<Object> selected = new ArrayList<>();
    for (Object item : Values.items(value)) {
      if (test.holds(item, arguments) == keeps) {
        selected.add(item);
      }
    }
    return selected;
  }

  /** {@code selectattr('attribute', 'test', …)}. */
  static Object selectAttribute(Object value, Given given, boolean keeps) {
    Object path = given.get(0, "attribute");
    Predicates.Test test = test(given, 1);
    List<Object> arguments = rest(given, 2);
    List<Object> selected = new ArrayList<>();
    for (Object item : Values.items(value)) {
      if (test.holds(attribute(item, path), arguments) == keeps) {
        selected.add(item);
      }
    }
    return selected;
  }

  private static Predicates.Test test(Given given, int index) {
    if (given.positional().size() <= index) {
      return (value, arguments) -> Values.isTrue(value);
    }
    String name = given.string(index, "test");
    Predicates.Test test = Predicates.ALL.get(name);
    if (test == null) {
      throw new JinjaException("the test " + name + " is not supported");
    }
    return test;
  }

  private static List<Object> rest(Given given, int from) {
    List<Object> arguments = given.positional();
    return arguments.subList(Math.min(from, arguments.size()), arguments.size());
  }
}
