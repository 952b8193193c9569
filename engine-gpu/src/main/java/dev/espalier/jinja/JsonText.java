package dev.espalier.jinja;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Writes JSON as Python's {@code json.dumps} does. */
final class JsonText {
  private static final Pattern NUMBER =
      Pattern.compile("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?");

  private final StringBuilder text = new StringBuilder();
  private final Rendering rendering;

  /** What one level is indented by; null for a single line. */
  private final String indent;

  private final String itemSeparator;
  private final String keySeparator;
  private final boolean sortKeys;
  private final boolean ascii;

  private JsonText(
      Object indent, Object separators, boolean sortKeys, boolean ascii, Rendering rendering) {
    this.rendering = rendering;
    this.indent = indent(indent, rendering);
    if (separators == null) {
      itemSeparator = this.indent == null ? ", " : ",";
      keySeparator = ": ";
    } else {
      List<Object> both = Iteration.upTo(separators, 3, rendering);
      if (both.size() != 2) {
        throw new JinjaException("separators are two texts");
      }
      itemSeparator = Types.requireText(both.get(0));
      keySeparator = Types.requireText(both.get(1));
    }
    this.sortKeys = sortKeys;
    this.ascii = ascii;
  }

  private static String indent(Object indent, Rendering rendering) {
    if (indent == null || Types.isText(indent)) {
      return indent == null ? null : Types.text(indent);
    }
    long width = Math.max(0, Numbers.index(indent));
    rendering.characters(width);
    return " ".repeat((int) width);
  }

  /**
   * @param indent null for one line
   */
  static String of(Object value, Long indent, boolean ascii, Rendering rendering) {
    JsonText json = new JsonText(indent, null, false, ascii, rendering);
    json.write(Imports.imported(value, rendering), 0);
    return json.text.toString();
  }

  /** Jinja2's {@code tojson}, whose text can stand in HTML. */
  static Object escaped(Object value, Given given, Rendering rendering) {
    JsonText json = new JsonText(given.get(0, null), null, true, true, rendering);
    json.write(value, 0);
    rendering.characters(json.text.length() * 2L);
    return new Markup(
        json.text
            .toString()
            .replace("<", "\\u003c")
            .replace(">", "\\u003e")
            .replace("&", "\\u0026")
            .replace("'", "\\u0027"));
  }

  /** The {@code tojson} of transformers. */
  static Object plain(Object value, Given given, Rendering rendering) {
    JsonText json =
        new JsonText(
            given.get(1, null),
            given.get(2, null),
            given.isTrue(3, rendering),
            given.isTrue(0, rendering),
            rendering);
    json.write(value, 0);
    return json.text.toString();
  }

  private void append(String piece) {
    rendering.characters((long) text.length() + piece.length(), piece.length());
    text.append(piece);
  }

  private void write(Object value, int depth) {
    if (value == null) {
      append("null");
    } else if (Types.isText(value)) {
      quote(Types.text(value));
    } else if (Types.isNumber(value)) {
      append(number(value));
    } else if (value instanceof Dict || Types.isList(value) || value instanceof Tuple) {
      rendering.enterItems();
      if (value instanceof Dict dict) {
        write('{', entries(dict), '}', depth);
      } else {
        write('[', (List<?>) value, ']', depth);
      }
      rendering.leaveItems();
    } else {
      if (value instanceof Undefined undefined) {
        throw undefined.error();
      }
      throw new JinjaException(Types.described(value) + " has no JSON");
    }
  }

  private static String number(Object value) {
    if (value instanceof Boolean truth) {
      return truth ? "true" : "false";
    }
    if (value instanceof SpelledNumber number && NUMBER.matcher(number.spelling()).matches()) {
      return number.spelling();
    }
    Object plain = Numbers.plain(value);
    if (!(plain instanceof Double number)) {
      return Numbers.text(plain);
    }
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      return Double.isNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity";
    }
    return Numbers.text(number.doubleValue());
  }

  private List<Object> entries(Dict dict) {
    List<Object> entries = new ArrayList<>(dict.entries());
    if (sortKeys) {
      return Sorting.sorted(
          entries, entry -> Tuple.of(((Map.Entry<?, ?>) entry).getKey()), false, rendering);
    }
    return entries;
  }

  private void write(char open, List<?> items, char close, int depth) {
    append(Character.toString(open));
    Iterator<?> iterator = items.iterator();
    while (iterator.hasNext()) {
      newLine(depth + 1);
      Object item = iterator.next();
      if (item instanceof Map.Entry<?, ?> entry) {
        key(entry.getKey());
        append(keySeparator);
        write(entry.getValue(), depth + 1);
      } else {
        write(item, depth + 1);
      }
      if (iterator.hasNext()) {
        append(itemSeparator);
      }
    }
    if (!items.isEmpty()) {
      newLine(depth);
    }
    append(Character.toString(close));
  }

  private void key(Object key) {
    if (Types.isText(key)) {
      quote(Types.text(key));
    } else if (key == null || Types.isNumber(key)) {
      quote(key == null ? "null" : number(key));
    } else {
      throw new JinjaException(Types.described(key) + " cannot be a key of JSON");
    }
  }

  private void newLine(int depth) {
    if (indent != null) {
      rendering.characters(text.length() + Arithmetic.product(indent.length(), depth));
      append("\n" + indent.repeat(depth));
    }
  }

  private void quote(String string) {
    rendering.characters(text.length() + string.length());
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
          if (c < 0x20 || (ascii && c >= 0x7F)) {
            text.append(Repr.escaped('u', c, 4));
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
  }
}
