package dev.espalier.jinja;

import static java.util.Map.entry;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What may stand behind a bar. */
final class Filters {
  private static final Pattern WORD_START = Pattern.compile("(?U)[^-\\s({\\[<]+");

  /** One filter. */
  interface Filter {
    Object apply(Object value, Given given);
  }

  static final Map<String, Filter> ALL =
      Map.ofEntries(
          entry("trim", (v, g) -> trim(v, g)),
          entry("upper", (v, g) -> Values.text(v).toUpperCase(Locale.ROOT)),
          entry("lower", (v, g) -> Values.text(v).toLowerCase(Locale.ROOT)),
          entry("title", (v, g) -> title(Values.text(v))),
          entry("capitalize", (v, g) -> StringMethods.capitalized(Values.text(v))),
          entry("replace", (v, g) -> call("replace", v, g)),
          entry("indent", (v, g) -> indent(Values.text(v), g)),
          entry("string", (v, g) -> Values.text(v)),
          entry("safe", (v, g) -> v),
          entry("tojson", (v, g) -> JsonText.of(v, g)),
          entry("length", (v, g) -> (long) Values.length(v)),
          entry("count", (v, g) -> (long) Values.length(v)),
          entry("list", (v, g) -> new ArrayList<>(Values.items(v))),
          entry("items", (v, g) -> items(v)),
          entry("first", (v, g) -> end(Values.items(v), true)),
          entry("last", (v, g) -> end(Values.items(v), false)),
          entry("join", (v, g) -> join(v, g)),
          entry("reverse", (v, g) -> reverse(v)),
          entry("sort", (v, g) -> sort(v, g)),
          entry("dictsort", (v, g) -> dictsort(v, g)),
          entry("unique", (v, g) -> unique(v, g)),
          entry("sum", (v, g) -> sum(v, g)),
          entry("min", (v, g) -> extreme(v, g, 1)),
          entry("max", (v, g) -> extreme(v, g, -1)),
          entry("map", (v, g) -> Selections.map(v, g)),
          entry("select", (v, g) -> Selections.select(v, g, true)),
          entry("reject", (v, g) -> Selections.select(v, g, false)),
          entry("selectattr", (v, g) -> Selections.selectAttribute(v, g, true)),
          entry("rejectattr", (v, g) -> Selections.selectAttribute(v, g, false)),
          entry("default", (v, g) -> otherwise(v, g)),
          entry("d", (v, g) -> otherwise(v, g)),
          entry("abs", (v, g) -> abs(Values.number(v))),
          entry("int", (v, g) -> toInteger(v, g.accepting("default").get(0, "default", 0L))),
          entry("float", (v, g) -> toFloat(v, g.accepting("default").get(0, "default", 0.0))));

  private Filters() {}

  private static Object trim(Object value, Given given) {
    String characters = given.accepting("chars").optionalString(0, "chars");
    return PythonText.strip(Values.text(value), characters);
  }

  private static Object call(String method, Object value, Given given) {
    return StringMethods.ALL.get(method).call(Values.text(value), given);
  }

  private static String title(String text) {
    Matcher words = WORD_START.matcher(text);
    return words.replaceAll(
        word -> Matcher.quoteReplacement(StringMethods.capitalized(word.group())));
  }

  private static String indent(String text, Given given) {
    Object width = given.accepting("width", "first", "blank").get(0, "width", 4L);
    String step = width instanceof String s ? s : " ".repeat(Values.integer(width));
    boolean indentsFirst = Values.isTrue(given.get(1, "first", false));
    boolean indentsBlank = Values.isTrue(given.get(2, "blank", false));
    String[] lines = text.split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      if (i == 0 ? indentsFirst : indentsBlank || !lines[i].isEmpty()) {
        lines[i] = step + lines[i];
      }
    }
    return String.join("\n", lines);
  }

  private static Object items(Object value) {
    if (value instanceof Map<?, ?> map) {
      return MapMethods.items(map);
    }
    if (value instanceof Undefined) {
      return List.of();
    }
    throw new JinjaException(Values.typeName(value) + " has no items");
  }

  private static Object end(List<?> items, boolean first) {
    return items.isEmpty()
        ? new Undefined("an item of an empty list")
        : items.get(first ? 0 : items.size() - 1);
  }

  private static Object join(Object value, Given given) {
    String separator = Values.text(given.accepting("d", "attribute").get(0, "d", ""));
    Object attribute = given.get(1, "attribute", null);
    return Values.items(value).stream()
        .map(item -> Values.text(Selections.attribute(item, attribute)))
        .collect(Collectors.joining(separator));
  }

  private static Object reverse(Object value) {
    List<Object> reversed = new ArrayList<>(Values.items(value));
    Collections.reverse(reversed);
    return value instanceof String
        ? reversed.stream().map(Values::text).collect(Collectors.joining())
        : reversed;
  }

  private static Object sort(Object value, Given given) {
    given.accepting("reverse", "case_sensitive", "attribute");
    boolean reversed = Values.isTrue(given.get(0, "reverse", false));
    boolean caseSensitive = Values.isTrue(given.get(1, "case_sensitive", false));
    Object attribute = given.get(2, "attribute", null);
    Comparator<Object> order =
        (a, b) ->
            Values.order(
                key(Selections.attribute(a, attribute), caseSensitive),
                key(Selections.attribute(b, attribute), caseSensitive));
    List<Object> sorted = new ArrayList<>(Values.items(value));
    sorted.sort(reversed ? order.reversed() : order);
    return sorted;
  }

  /** What an item is compared by: strings without regard to case unless asked for. */
  private static Object key(Object item, boolean caseSensitive) {
    return item instanceof String text && !caseSensitive ? text.toLowerCase(Locale.ROOT) : item;
  }

  private static Object dictsort(Object value, Given given) {
    given.accepting("case_sensitive", "by", "reverse");
    boolean caseSensitive = Values.isTrue(given.get(0, "case_sensitive", false));
    int by = given.get(1, "by", "key").equals("value") ? 1 : 0;
    Comparator<Object> order =
        (a, b) ->
            Values.order(
                key(Values.items(a).get(by), caseSensitive),
                key(Values.items(b).get(by), caseSensitive));
    if (!(value instanceof Map<?, ?> map)) {
      throw new JinjaException(Values.typeName(value) + " is no mapping");
    }
    List<Object> sorted = MapMethods.items(map);
    sorted.sort(Values.isTrue(given.get(2, "reverse", false)) ? order.reversed() : order);
    return sorted;
  }

  private static Object unique(Object value, Given given) {
    boolean caseSensitive =
        Values.isTrue(
            given.accepting("case_sensitive", "attribute").get(0, "case_sensitive", false));
    Object attribute = given.get(1, "attribute", null);
    List<Object> keys = new ArrayList<>();
    List<Object> unique = new ArrayList<>();
    for (Object item : Values.items(value)) {
      Object key = key(Selections.attribute(item, attribute), caseSensitive);
      if (!Values.contains(keys, key)) {
        keys.add(key);
        unique.add(item);
      }
    }
    return unique;
  }

  private static Object sum(Object value, Given given) {
    Object attribute = given.accepting("attribute", "start").get(0, "attribute", null);
    Object sum = given.get(1, "start", 0L);
    for (Object item : Values.items(value)) {
      sum = Arithmetic.apply("+", sum, Selections.attribute(item, attribute));
    }
    return sum;
  }

  /**
   * @param sign 1 for the least item, -1 for the greatest
   */
  private static Object extreme(Object value, Given given, int sign) {
    boolean caseSensitive =
        Values.isTrue(
            given.accepting("case_sensitive", "attribute").get(0, "case_sensitive", false));
    Object attribute = given.get(1, "attribute", null);
    Object best = new Undefined("an item of an empty list");
    for (Object item : Values.items(value)) {
      Object key = key(Selections.attribute(item, attribute), caseSensitive);
      if (best instanceof Undefined
          || sign * Values.order(key, key(Selections.attribute(best, attribute), caseSensitive))
              < 0) {
        best = item;
      }
    }
    return best;
  }

  private static Object otherwise(Object value, Given given) {
    given.accepting("default_value", "boolean");
    boolean replacesFalse = Values.isTrue(given.get(1, "boolean", false));
    return value instanceof Undefined || (replacesFalse && !Values.isTrue(value))
        ? given.get(0, "default_value", "")
        : value;
  }

  private static Object abs(Number number) {
    return number instanceof Long whole
        ? (Object) Math.absExact(whole)
        : (Object) Math.abs(number.doubleValue());
  }

  private static Object toInteger(Object value, Object otherwise) {
    if (Values.isNumber(value)) {
      return Values.number(value).longValue();
    }
    try {
      return value instanceof String text
          ? (Object) Long.parseLong(PythonText.strip(text, null))
          : otherwise;
    } catch (NumberFormatException e) {
      Object number = toFloat(value, null);
      return number == null ? otherwise : (Object) ((Double) number).longValue();
    }
  }

  private static Object toFloat(Object value, Object otherwise) {
    if (Values.isNumber(value)) {
      return Values.number(value).doubleValue();
    }
    try {
      return value instanceof String text
          ? (Object) Double.parseDouble(PythonText.strip(text, null))
          : otherwise;
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }
}
