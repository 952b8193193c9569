package dev.espalier.jinja;

import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Python's {@code str} and {@code repr}. */
final class Repr {
  private final Rendering rendering;
  private final StringBuilder text = new StringBuilder();

  private Repr(Rendering rendering) {
    this.rendering = rendering;
  }

  /** {@code str(value)}. */
  static String text(Object value, Rendering rendering) {
    if (value instanceof String string) {
      return string;
    }
    if (value instanceof Markup markup) {
      return markup.text();
    }
    if (value instanceof Undefined undefined) {
      undefined.requireLenient();
      return "";
    }
    return of(value, rendering);
  }

  /** {@code repr(value)}. */
  static String of(Object value, Rendering rendering) {
    Repr repr = new Repr(rendering);
    repr.append(value);
    return repr.text.toString();
  }

  private void append(String piece) {
    rendering.characters((long) text.length() + piece.length(), piece.length());
    text.append(piece);
  }

  private void append(Object value) {
    if (value == null) {
      append("None");
    } else if (value instanceof Boolean truth) {
      append(truth ? "True" : "False");
    } else if (value instanceof SpelledNumber number) {
      append(number.spelling());
    } else if (value instanceof Double number) {
      append(Numbers.text(number.doubleValue()));
    } else if (Types.isWhole(value)) {
      append(Numbers.text(value));
    } else if (value instanceof String string) {
      append(quoted(string, rendering));
    } else if (value instanceof Markup markup) {
      append("Markup(" + quoted(markup.text(), rendering) + ")");
    } else if (value instanceof Undefined) {
      append("Undefined");
    } else if (value instanceof Range || value instanceof Loop) {
      append(value.toString());
    } else if (value instanceof Macro macro) {
      append("<Macro " + (macro.name() == null ? "anonymous" : "'" + macro.name() + "'") + ">");
    } else {
      rendering.enterItems();
      appendItems(value);
      rendering.leaveItems();
    }
  }

  private void appendItems(Object value) {
    if (value instanceof Tuple tuple) {
      append("(", tuple, tuple.size() == 1 ? ",)" : ")");
    } else if (value instanceof List<?> list) {
      append("[", list, "]");
    } else if (value instanceof Dict dict) {
      append(dict);
    } else if (value instanceof View view) {
      append(view.typeName() + "([", view.list(), "])");
    } else if (value instanceof Namespace namespace) {
      append("<Namespace ");
      append(namespace.attributes());
      append(">");
    } else {
      boolean isIterator = value instanceof Generator;
      throw new JinjaException(
          Types.described(value)
              + " cannot be printed"
              + (isIterator ? "; put `| list` behind it" : ""));
    }
  }

  private void append(String open, List<?> items, String close) {
    append(open);
    Iterator<?> iterator = items.iterator();
    while (iterator.hasNext()) {
      append(iterator.next());
      if (iterator.hasNext()) {
        append(", ");
      }
    }
    append(close);
  }

  private void append(Dict dict) {
    append("{");
    boolean first = true;
    for (Map.Entry<Object, Object> entry : dict.entries()) {
      append(first ? "" : ", ");
      first = false;
      append(entry.getKey());
      append(": ");
      append(entry.getValue());
    }
    append("}");
  }

  /** A text in quotes, with escapes for what cannot be seen. */
  static String quoted(String string, Rendering rendering) {
    rendering.characters(string.length());
    char quote = string.indexOf('\'') >= 0 && string.indexOf('"') < 0 ? '"' : '\'';
    StringBuilder quoted = new StringBuilder().append(quote);
    for (int i = 0; i < string.length(); ) {
      int c = string.codePointAt(i);
      i += Character.charCount(c);
      if (c == quote || c == '\\') {
        quoted.append('\\').append((char) c);
      } else if (c == '\n') {
        quoted.append("\\n");
      } else if (c == '\r') {
        quoted.append("\\r");
      } else if (c == '\t') {
        quoted.append("\\t");
      } else if (isPrintable(c)) {
        quoted.appendCodePoint(c);
      } else {
        quoted.append(escaped(c));
      }
    }
    return quoted.append(quote).toString();
  }

  static boolean isPrintable(int c) {
    return c == ' '
        || switch (Character.getType(c)) {
          case Character.CONTROL,
              Character.FORMAT,
              Character.SURROGATE,
              Character.PRIVATE_USE,
              Character.UNASSIGNED,
              Character.LINE_SEPARATOR,
              Character.PARAGRAPH_SEPARATOR,
              Character.SPACE_SEPARATOR ->
              false;
          default -> true;
        };
  }

  /** Such as {@code \xe9}. */
  static String escaped(int c) {
    return c < 0x100 ? escaped('x', c, 2) : c < 0x10000 ? escaped('u', c, 4) : escaped('U', c, 8);
  }

  /** A backslash, a letter and so many hexadecimal digits. */
  static String escaped(char letter, int c, int digits) {
    char[] text = new char[2 + digits];
    text[0] = '\\';
    text[1] = letter;
    for (int i = 0; i < digits; i++) {
      text[2 + i] = Character.forDigit((c >> (4 * (digits - 1 - i))) & 0xF, 16);
    }
    return new String(text);
  }
}
