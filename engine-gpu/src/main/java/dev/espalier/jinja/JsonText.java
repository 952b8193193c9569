package dev.espalier.jinja;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes JSON as Python's {@code json.dumps(value, ensure_ascii=False)} does. */
final class JsonText {
  private final StringBuilder text = new StringBuilder();

  /** What one level is indented by; null for a single line. */
  private final String indent;

  private final String itemSeparator;
  private final String keySeparator;
  private final boolean sortKeys;

  private JsonText(String indent, String itemSeparator, String keySeparator, boolean sortKeys) {
    this.indent = indent;
    this.itemSeparator = itemSeparator;
    this.keySeparator = keySeparator;
    this.sortKeys = sortKeys;
  }

  /** The filter {@code tojson}, with the arguments transformers gives it. */
  static String of(Object value, Given given) {
    given.accepting("ensure_ascii", "indent", "separators", "sort_keys");
    if (Values.isTrue(given.get(0, "ensure_ascii", false))) {
      throw new JinjaException("tojson with ensure_ascii is not supported");
    }
    Object indent = given.get(1, "indent", null);
    String step =
        indent == null ? null : indent instanceof String s ? s : " ".repeat(Values.integer(indent));
    Object separators = given.get(2, "separators", null);
    JsonText json =
        new JsonText(
            step,
            separators == null
                ? (step == null ? ", " : ",")
                : Values.string(Values.items(separators).get(0)),
            separators == null ? ": " : Values.string(Values.items(separators).get(1)),
            Values.isTrue(given.get(3, "sort_keys", false)));
    json.write(value, 0);
    return json.text.toString();
  }

  private void write(Object value, int depth) {
    if (value == null || value instanceof Boolean) {
      text.append(value);
    } else if (value instanceof String string) {
      quote(string);
    } else if (value instanceof Double number) {
      text.append(PythonNumbers.text(number));
    } else if (value instanceof Long number) {
      text.append(number.longValue());
    } else if (value instanceof List<?> list) {
      write('[', list, ']', depth);
    } else if (value instanceof Map<?, ?> map) {
      write('{', entries(map), '}', depth);
    } else {
      Values.requireDefined(value);
      throw new JinjaException(Values.typeName(value) + " has no JSON");
    }
  }

  private List<?> entries(Map<?, ?> map) {
    List<Map.Entry<?, ?>> entries = new ArrayList<>(map.entrySet());
    if (sortKeys) {
      entries.sort((a, b) -> Values.order(a.getKey(), b.getKey()));
    }
    return entries;
  }

  private void write(char open, List<?> items, char close, int depth) {
    text.append(open);
    Iterator<?> iterator = items.iterator();
    while (iterator.hasNext()) {
      newLine(depth + 1);
      Object item = iterator.next();
      if (item instanceof Map.Entry<?, ?> entry) {
        quote(entry.getKey() instanceof String key ? key : Values.text(entry.getKey()));
        text.append(keySeparator);
        write(entry.getValue(), depth + 1);
      } else {
        write(item, depth + 1);
      }
      if (iterator.hasNext()) {
        text.append(itemSeparator);
      }
    }
    if (!items.isEmpty()) {
      newLine(depth);
    }
    text.append(close);
  }

  private void newLine(int depth) {
    if (indent != null) {
      text.append('\n').append(indent.repeat(depth));
    }
  }

  private void quote(String string) {
    text.append('"');
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        case '\b' -> text.append("\\b");
        case '\f' -> text.append("\\f");
        default -> {
          if (c < 0x20) {
            text.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
  }
}
