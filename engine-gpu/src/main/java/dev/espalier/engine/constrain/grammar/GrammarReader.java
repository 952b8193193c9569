package dev.espalier.engine.constrain.grammar;

import dev.espalier.engine.constrain.automaton.SymbolSet;

/** The text of a grammar and a place in it; reads names, numbers and quoted text. */
final class GrammarReader {
  private final String text;
  private int position;

  GrammarReader(String text) {
    this.text = text;
  }

  int position() {
    return position;
  }

  void moveTo(int newPosition) {
    position = newPosition;
  }

  boolean atEnd() {
    return position >= text.length();
  }

  /** The next UTF-16 unit, or NUL at the end. */
  char peek() {
    return atEnd() ? 0 : text.charAt(position);
  }

  boolean take(String expected) {
    if (!text.startsWith(expected, position)) {
      return false;
    }
    position += expected.length();
    return true;
  }

  /** Passes white space and comments, which go from {@code #} to the end of the line. */
  void skipSpace() {
    while (!atEnd() && (Character.isWhitespace(peek()) || peek() == '#')) {
      if (peek() == '#') {
        while (!atEnd() && peek() != '\n') {
          position++;
        }
      } else {
        position++;
      }
    }
  }

  /**
   * A rule's name: letters, digits, {@code _} and {@code -}, a letter or {@code _} first; or "".
   */
  String takeName() {
    int start = position;
    while (!atEnd() && isNamePart(peek(), position == start)) {
      position++;
    }
    return text.substring(start, position);
  }

  private static boolean isNamePart(char c, boolean first) {
    boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    return letter || (!first && ((c >= '0' && c <= '9') || c == '-'));
  }

  /** Whether a rule begins here: a name and {@code ::=}. */
  boolean atRule() {
    int start = position;
    boolean named = !takeName().isEmpty();
    skipSpace();
    boolean rule = named && text.startsWith("::=", position);
    position = start;
    return rule;
  }

  int takeNumber() {
    int start = position;
    while (!atEnd() && peek() >= '0' && peek() <= '9') {
      position++;
    }
    if (start == position || position - start > 7) {
      throw error(start, "a number of at most seven digits is needed");
    }
    return Integer.parseInt(text.substring(start, position));
  }

  /** From the delimiter here to the next {@code end} without a backslash before it, both kept. */
  String takeDelimited(char end, String name) {
    int start = position++;
    while (peek() != end || atEnd()) {
      if (atEnd() || peek() == '\n') {
        throw error(start, "unclosed " + name);
      }
      position += peek() == '\\' ? 2 : 1;
    }
    position = Math.min(position + 1, text.length());
    return text.substring(start, position);
  }

  /** The text that a literal in quotes stands for. */
  String takeLiteral() {
    int start = position;
    String quoted = takeDelimited(peek(), "literal");
    int end = position;
    StringBuilder value = new StringBuilder();
    for (position = start + 1; position < end - 1; ) {
      value.appendCodePoint(character());
    }
    position = end;
    if (quoted.length() < 2 || !value.codePoints().allMatch(SymbolSet.CODE_POINTS::contains)) {
      throw error(start, "half of a surrogate pair in a literal");
    }
    return value.toString();
  }

  private int character() {
    int start = position;
    int c = text.codePointAt(position);
    position += Character.charCount(c);
    if (c != '\\') {
      return c;
    }
    char escape = text.charAt(position++);
    return switch (escape) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case '\\', '"', '\'' -> escape;
      case 'x' -> hexadecimal(start, 2);
      case 'u' -> hexadecimal(start, 4);
      case 'U' -> hexadecimal(start, 8);
      default ->
          throw error(
              start,
              "the escape \\"
                  + escape
                  + " is not known; \\n \\r \\t \\\\ \\\" \\' \\x \\u \\U are");
    };
  }

  private int hexadecimal(int start, int digits) {
    String number = text.substring(position, Math.min(text.length(), position + digits));
    position += digits;
    if (!number.matches("[0-9a-fA-F]{" + digits + "}")) {
      throw error(start, digits + " hexadecimal digits are needed");
    }
    long value = Long.parseLong(number, 16);
    if (value > 0x10FFFF) {
      throw error(start, "no code point of Unicode");
    }
    return (int) value;
  }

  GrammarSyntaxException error(int at, String message) {
    int line = 1;
    int lineStart = 0;
    for (int i = 0; i < Math.min(at, text.length()); i++) {
      if (text.charAt(i) == '\n') {
        line++;
        lineStart = i + 1;
      }
    }
    return new GrammarSyntaxException(at, line, at - lineStart + 1, message);
  }
}
