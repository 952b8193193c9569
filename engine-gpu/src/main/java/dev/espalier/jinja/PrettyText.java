package dev.espalier.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Python's {@code pprint.pformat}: lines of at most 80 characters, mappings in order of keys. */
final class PrettyText {
  private static final int WIDTH = 80;

  private final Rendering rendering;
  private final StringBuilder text = new StringBuilder();

  private PrettyText(Rendering rendering) {
    this.rendering = rendering;
  }

  static String of(Object value, Rendering rendering) {
    PrettyText pretty = new PrettyText(rendering);
    pretty.write(value, 0, 0, 0);
    return pretty.text.toString();
  }

  private void append(String piece) {
    rendering.characters((long) text.length() + piece.length(), piece.length());
    text.append(piece);
  }

  private void write(Object value, int indent, int allowance, int level) {
    String repr = Repr.of(sorted(value), rendering);
    rendering.step(1);
    if (TextMethods.length(repr) > WIDTH - indent - allowance) {
      rendering.enterItems();
      try {
        if (value instanceof Dict dict) {
          write(dict, indent, allowance, level + 1);
          return;
        } else if (Types.isList(value)) {
          append("[");
          write((List<?>) value, indent, allowance + 1, level + 1);
          append("]");
          return;
        } else if (value instanceof Tuple tuple && !(value instanceof Tuple.Group)) {
          String end = tuple.size() == 1 ? ",)" : ")";
          append("(");
          write(tuple, indent, allowance + end.length(), level + 1);
          append(end);
          return;
        } else if (value instanceof String string && !string.isEmpty()) {
          write(string, indent, allowance, level + 1);
          return;
        }
      } finally {
        rendering.leaveItems();
      }
    }
    append(repr);
  }

  /** With all mappings in it in order of their keys. */
  private Object sorted(Object value) {
    if (value instanceof Dict dict) {
      Dict sorted = new Dict();
      for (Map.Entry<?, ?> entry : entries(dict)) {
        sorted.put(entry.getKey(), nested(entry.getValue()));
      }
      return sorted;
    }
    if (Types.isList(value) || (value instanceof Tuple && !(value instanceof Tuple.Group))) {
      ArrayList<Object> sorted = new ArrayList<>();
      ((List<?>) value).forEach(item -> sorted.add(nested(item)));
      return value instanceof Tuple ? new Tuple(sorted) : sorted;
    }
    return value;
  }

  private Object nested(Object value) {
    rendering.enterItems();
    Object sorted = sorted(value);
    rendering.leaveItems();
    return sorted;
  }

  private List<Map.Entry<?, ?>> entries(Dict dict) {
    List<Map.Entry<?, ?>> entries = new ArrayList<>(dict.entries());
    rendering.items(entries.size() * 4L);
    entries.sort((a, b) -> order(a.getKey(), b.getKey()));
    return entries;
  }

  private int order(Object a, Object b) {
    try {
      return Comparison.isLess(a, b, rendering) ? -1 : Comparison.isLess(b, a, rendering) ? 1 : 0;
    } catch (JinjaException e) {
      if (e.kind() == JinjaException.Kind.LIMIT) {
        throw e;
      }
      return Types.name(a).compareTo(Types.name(b));
    }
  }

  private void write(Dict dict, int indent, int allowance, int level) {
    append("{");
    List<Map.Entry<?, ?>> entries = entries(dict);
    for (int i = 0; i < entries.size(); i++) {
      boolean isLast = i == entries.size() - 1;
      String key = Repr.of(sorted(entries.get(i).getKey()), rendering);
      append(key + ": ");
      int inner = indent + 1 + TextMethods.length(key) + 2;
      write(entries.get(i).getValue(), inner, isLast ? allowance + 1 : 1, level);
      append(isLast ? "" : ",\n" + " ".repeat(indent + 1));
    }
    append("}");
  }

  private void write(List<?> items, int indent, int allowance, int level) {
    for (int i = 0; i < items.size(); i++) {
      append(i == 0 ? "" : ",\n" + " ".repeat(indent + 1));
      write(items.get(i), indent + 1, i == items.size() - 1 ? allowance : 1, level);
    }
  }

  private void write(String string, int outerIndent, int outerAllowance, int level) {
    int indent = outerIndent + (level == 1 ? 1 : 0);
    int allowance = outerAllowance + (level == 1 ? 1 : 0);
    List<String> chunks = new ArrayList<>();
    List<Object> lines = TextMethods.lines(string, true, rendering);
    int width = WIDTH - indent;
    for (int i = 0; i < lines.size(); i++) {
      boolean isLast = i == lines.size() - 1;
      String line = (String) lines.get(i);
      String repr = Repr.quoted(line, rendering);
      if (TextMethods.length(repr) <= width - (isLast ? allowance : 0)) {
        chunks.add(repr);
      } else {
        split(line, width, isLast ? allowance : 0, chunks);
      }
    }
    if (chunks.size() == 1) {
      append(Repr.quoted((String) lines.get(lines.size() - 1), rendering));
      return;
    }
    append(level == 1 ? "(" : "");
    append(String.join("\n" + " ".repeat(indent), chunks));
    append(level == 1 ? ")" : "");
  }

  private void split(String line, int width, int allowance, List<String> chunks) {
    List<String> parts = words(line);
    String current = "";
    for (int j = 0; j < parts.size(); j++) {
      String candidate = current + parts.get(j);
      int room = width - (j == parts.size() - 1 ? allowance : 0);
      if (TextMethods.length(Repr.quoted(candidate, rendering)) > room) {
        if (!current.isEmpty()) {
          chunks.add(Repr.quoted(current, rendering));
        }
        current = parts.get(j);
      } else {
        current = candidate;
      }
    }
    if (!current.isEmpty()) {
      chunks.add(Repr.quoted(current, rendering));
    }
  }

  /** Words with the white space behind them. */
  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    int i = 0;
    while (i < line.length()) {
      int start = i;
      while (i < line.length() && !Lexer.isSpace(line.charAt(i))) {
        i++;
      }
      while (i < line.length() && Lexer.isSpace(line.charAt(i))) {
        i++;
      }
      words.add(line.substring(start, i));
    }
    return words;
  }
}
