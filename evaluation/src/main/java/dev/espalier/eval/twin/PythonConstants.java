package dev.espalier.eval.twin;

import dev.espalier.eval.python.PythonLiteral;
import java.util.Optional;

/** Reads constants of Python files, such as the words of a prompt. */
final class PythonConstants {
  private PythonConstants() {}

  /** The value of {@code name = literal} at the outermost level of a text. */
  static Optional<Object> read(String source, String name) {
    String text = "\n" + source;
    String start = "\n" + name + " = ";
    int at = text.indexOf(start);
    if (at < 0) {
      return Optional.empty();
    }
    int from = at + start.length();
    int end = text.indexOf('\n', from);
    while (end >= 0) {
      // A literal ends with its first line, or with a line of its closing bracket.
      Optional<Object> read = parsed(text.substring(from, end));
      if (read.isPresent()) {
        return read;
      }
      do {
        int next = text.indexOf('\n', end + 1);
        boolean closes = end + 1 < text.length() && ")]}".indexOf(text.charAt(end + 1)) >= 0;
        end = next;
        if (closes) {
          break;
        }
      } while (end >= 0);
    }
    return parsed(text.substring(from));
  }

  private static Optional<Object> parsed(String text) {
    try {
      return Optional.ofNullable(PythonLiteral.read(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The same of a text. */
  static Optional<String> text(String source, String name) {
    return read(source, name).filter(String.class::isInstance).map(String.class::cast);
  }

  /** {@code template.format(values…)} of a template with plain {@code {}} alone. */
  static String formatted(String template, Object... values) {
    StringBuilder text = new StringBuilder();
    int from = 0;
    for (Object value : values) {
      int at = template.indexOf("{}", from);
      if (at < 0) {
        throw new TwinException("the prompt of the Python file has too few places");
      }
      text.append(template, from, at).append(value);
      from = at + 2;
    }
    return text.append(template.substring(from)).toString();
  }
}
