package dev.espalier.jinja;

import java.util.List;

/** Python's {@code str.format} as Jinja2's sandbox allows it. */
final class BraceFormat {
  private final List<Object> positional;
  private final Dict named;
  private final boolean escapes;
  private final Rendering rendering;

  /** The number of the next {@code {}}; below zero once fields have numbers. */
  private int next;

  private BraceFormat(List<Object> positional, Dict named, boolean escapes, Rendering rendering) {
    this.positional = positional;
    this.named = named;
    this.escapes = escapes;
    this.rendering = rendering;
  }

  /** The method {@code format} of a text. */
  static Function format(Object self) {
    return (rendering, arguments) -> {
      Dict named = new Dict();
      arguments.named().forEach(named::put);
      return format(self, arguments.positional(), named, rendering);
    };
  }

  /** The method {@code format_map} of a text. */
  static Function formatMap(Object self) {
    return (rendering, arguments) -> {
      Object map = Signature.of("/ mapping").bind(arguments).get(0);
      Dict named = map instanceof Dict dict ? dict : null;
      return format(self, List.of(), named, rendering);
    };
  }

  private static Object format(
      Object self, List<Object> positional, Dict named, Rendering rendering) {
    boolean escapes = self instanceof Markup;
    BraceFormat format = new BraceFormat(positional, named, escapes, rendering);
    String text = format.filled(Types.text(self), 2);
    return escapes ? new Markup(text) : text;
  }

  private static JinjaException broken(String reason) {
    return new JinjaException("the format is broken: " + reason);
  }

  private String filled(String format, int depth) {
    if (depth < 0) {
      throw broken("fields lie inside each other too deep");
    }
    StringBuilder text = new StringBuilder();
    int i = 0;
    while (i < format.length()) {
      char c = format.charAt(i++);
      if (c != '{' && c != '}') {
        text.append(c);
        continue;
      }
      boolean isDouble = i < format.length() && format.charAt(i) == c;
      if (isDouble) {
        text.append(c);
        i++;
      } else if (c == '}') {
        throw broken("a single }");
      } else {
        i = field(format, i, depth, text);
      }
      rendering.characters(text.length(), 1);
    }
    return text.toString();
  }

  /** Fills in the field behind a brace; gives the index behind it. */
  private int field(String format, int start, int depth, StringBuilder text) {
    int i = start;
    char end = 0;
    while (i < format.length() && end == 0) {
      char c = format.charAt(i++);
      if (c == '{') {
        throw broken("a { in the name of a field");
      } else if (c == '[') {
        while (i < format.length() && format.charAt(i) != ']') {
          i++;
        }
      } else if (c == '}' || c == ':' || c == '!') {
        end = c;
      }
    }
    if (end == 0) {
      throw broken("a field is not closed");
    }
    String name = format.substring(start, i - 1);
    char conversion = 0;
    if (end == '!') {
      if (i >= format.length()) {
        throw broken("a conversion is missing");
      }
      conversion = format.charAt(i++);
      if (i >= format.length()) {
        throw broken("a field is not closed");
      }
      end = format.charAt(i++);
      if (end != '}' && end != ':') {
        throw broken("something follows a conversion");
      }
    }
    String spec = "";
    if (end == ':') {
      int from = i;
      for (int open = 1; open > 0; i++) {
        if (i >= format.length()) {
          throw broken("a field is not closed");
        }
        open += format.charAt(i) == '{' ? 1 : format.charAt(i) == '}' ? -1 : 0;
      }
      spec = format.substring(from, i - 1);
    }
    Object value = converted(value(numbered(name)), conversion);
    String piece = formatted(value, filled(spec, depth - 1));
    rendering.characters((long) text.length() + piece.length(), piece.length());
    text.append(piece);
    return i;
  }

  private String numbered(String name) {
    if (name.isEmpty()) {
      if (next < 0) {
        throw broken("fields with numbers and without");
      }
      return Integer.toString(next++);
    }
    if (CharacterKinds.all(name, CharacterKinds::isDigit)) {
      if (next > 0) {
        throw broken("fields with numbers and without");
      }
      next = -1;
    }
    return name;
  }

  private Object value(String field) {
    int end = 0;
    while (end < field.length() && field.charAt(end) != '.' && field.charAt(end) != '[') {
      end++;
    }
    Object value = first(field.substring(0, end));
    int i = end;
    while (i < field.length()) {
      char c = field.charAt(i++);
      int from = i;
      if (c == '.') {
        while (i < field.length() && field.charAt(i) != '.' && field.charAt(i) != '[') {
          i++;
        }
        String name = field.substring(from, i);
        if (name.isEmpty()) {
          throw broken("an attribute is empty");
        }
        value = Access.attribute(value, name, field.substring(0, i), rendering);
      } else if (c == '[') {
        i = field.indexOf(']', i);
        if (i < 0 || i == from) {
          throw broken("an index is not closed or empty");
        }
        value = Access.item(value, key(field.substring(from, i)), field, rendering);
        i++;
      } else {
        throw broken("something follows an index");
      }
    }
    return value;
  }

  private static Object key(String text) {
    boolean isIndex = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!isIndex) {
      return text;
    }
    if (text.length() > 18) {
      throw broken("an index is too large");
    }
    return Long.parseLong(text);
  }

  private Object first(String name) {
    Object key = key(name);
    if (key instanceof Long index) {
      if (index >= positional.size()) {
        throw broken("there is no argument " + index);
      }
      return positional.get(index.intValue());
    }
    Object value = named == null ? Frame.MISSING : named.get(name, Frame.MISSING);
    if (value == Frame.MISSING) {
      throw broken("there is no argument '" + name + "'");
    }
    return value;
  }

  private Object converted(Object value, char conversion) {
    return switch (conversion) {
      case 0 -> value;
      case 's' -> Repr.text(value, rendering);
      case 'r' -> Repr.of(value, rendering);
      case 'a' -> PercentFormat.ascii(Repr.of(value, rendering));
      default -> throw broken("the conversion " + conversion);
    };
  }

  private String formatted(Object value, String spec) {
    if (!escapes) {
      return FormatSpec.format(value, spec, rendering);
    }
    if (value instanceof Markup markup) {
      if (!spec.isEmpty()) {
        throw broken("HTML takes no format");
      }
      return markup.text();
    }
    return Markup.escape(FormatSpec.format(value, spec, rendering), rendering);
  }
}
