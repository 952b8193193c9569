package dev.espalier.jinja;

import java.util.Locale;

/** Python's operations on strings, which count in code points and have their own white space. */
final class PythonText {
  private PythonText() {}

  /** {@code str.isspace} of one character. */
  static boolean isSpace(int character) {
    return (character >= 0x09 && character <= 0x0D)
        || (character >= 0x1C && character <= 0x20)
        || character == 0x85
        || character == 0xA0
        || character == 0x1680
        || (character >= 0x2000 && character <= 0x200A)
        || character == 0x2028
        || character == 0x2029
        || character == 0x202F
        || character == 0x205F
        || character == 0x3000;
  }

  /** Whether {@code text} is white space only, or empty. */
  static boolean isSpace(String text) {
    return text.chars().allMatch(PythonText::isSpace);
  }

  /**
   * @param characters what to strip; null for white space
   */
  static String strip(String text, String characters) {
    return stripStart(stripEnd(text, characters), characters);
  }

  static String stripStart(String text, String characters) {
    int start = 0;
    while (start < text.length() && strips(text.codePointAt(start), characters)) {
      start += Character.charCount(text.codePointAt(start));
    }
    return text.substring(start);
  }

  static String stripEnd(String text, String characters) {
    int end = text.length();
    while (end > 0 && strips(text.codePointBefore(end), characters)) {
      end -= Character.charCount(text.codePointBefore(end));
    }
    return text.substring(0, end);
  }

  private static boolean strips(int character, String characters) {
    return characters == null ? isSpace(character) : characters.indexOf(character) >= 0;
  }

  static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /** The character at {@code index}, which is in {@code [0, length)}. */
  static String at(String text, int index) {
    int start = text.offsetByCodePoints(0, index);
    return text.substring(start, text.offsetByCodePoints(start, 1));
  }

  /** {@code str.title}: the first letter of each run of letters in upper case, the others lower. */
  static String title(String text) {
    StringBuilder title = new StringBuilder();
    boolean inWord = false;
    for (int character : text.codePoints().toArray()) {
      title.appendCodePoint(
          inWord ? Character.toLowerCase(character) : Character.toTitleCase(character));
      inWord = Character.isLetter(character);
    }
    return title.toString();
  }

  /** {@code repr} of a string. */
  static String quoted(String text) {
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    StringBuilder quoted = new StringBuilder().append(quote);
    text.codePoints()
        .forEach(
            character -> {
              switch (character) {
                case '\n' -> quoted.append("\\n");
                case '\t' -> quoted.append("\\t");
                case '\r' -> quoted.append("\\r");
                case '\\' -> quoted.append("\\\\");
                default -> {
                  if (character == quote) {
                    quoted.append('\\');
                  }
                  appendPrintable(character, quoted);
                }
              }
            });
    return quoted.append(quote).toString();
  }

  private static void appendPrintable(int character, StringBuilder quoted) {
    boolean printable =
        character == ' '
            || switch (Character.getType(character)) {
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
    if (printable) {
      quoted.appendCodePoint(character);
    } else if (character < 0x100) {
      quoted.append(String.format(Locale.ROOT, "\\x%02x", character));
    } else {
      quoted.append(
          String.format(Locale.ROOT, character < 0x10000 ? "\\u%04x" : "\\U%08x", character));
    }
  }

  /** The value of what stands between the quotes of a string. */
  static String unescape(String literal) {
    if (literal.indexOf('\\') < 0) {
      return literal;
    }
    StringBuilder value = new StringBuilder();
    int i = 0;
    while (i < literal.length()) {
      char c = literal.charAt(i++);
      if (c != '\\' || i == literal.length()) {
        value.append(c);
        continue;
      }
      char escape = literal.charAt(i++);
      int digits = "xuU".indexOf(escape) < 0 ? 0 : 2 << "xuU".indexOf(escape);
      if (digits > 0) {
        value.appendCodePoint(codePoint(literal, i, digits));
        i += digits;
      } else {
        unescape(escape, value);
      }
    }
    return value.toString();
  }

  private static int codePoint(String literal, int start, int digits) {
    try {
      return Integer.parseInt(literal.substring(start, start + digits), 16);
    } catch (IndexOutOfBoundsException | NumberFormatException e) {
      throw new JinjaException("an escape sequence in '" + literal + "' is not complete");
    }
  }

  private static void unescape(char escape, StringBuilder value) {
    switch (escape) {
      case 'n' -> value.append('\n');
      case 't' -> value.append('\t');
      case 'r' -> value.append('\r');
      case 'a' -> value.append('\u0007');
      case 'b' -> value.append('\b');
      case 'f' -> value.append('\f');
      case 'v' -> value.append('\u000B');
      case '0' -> value.append('\0');
      case '\n' -> {} // A continued line.
      case '\\', '\'', '"' -> value.append(escape);
      default -> value.append('\\').append(escape);
    }
  }
}
