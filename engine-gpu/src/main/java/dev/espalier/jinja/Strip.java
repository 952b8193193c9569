package dev.espalier.jinja;

/** Python's {@code strip}, and where its lines end. */
final class Strip {
  private Strip() {}

  /**
   * @param characters what to strip; null for white space
   */
  static String strip(String text, String characters) {
    return start(end(text, characters), characters);
  }

  static String start(String text, String characters) {
    int start = 0;
    while (start < text.length() && strips(text.codePointAt(start), characters)) {
      start += Character.charCount(text.codePointAt(start));
    }
    return text.substring(start);
  }

  static String end(String text, String characters) {
    int end = text.length();
    while (end > 0 && strips(text.codePointBefore(end), characters)) {
      end -= Character.charCount(text.codePointBefore(end));
    }
    return text.substring(0, end);
  }

  private static boolean strips(int character, String characters) {
    return characters == null ? Lexer.isSpace(character) : characters.indexOf(character) >= 0;
  }

  /** The length of the line break at {@code index}; 0 if there is none. */
  static int lineBreak(String text, int index) {
    return switch (text.charAt(index)) {
      case '\r' -> index + 1 < text.length() && text.charAt(index + 1) == '\n' ? 2 : 1;
      case '\n', 0x0B, 0x0C, 0x1C, 0x1D, 0x1E, 0x85, 0x2028, 0x2029 -> 1;
      default -> 0;
    };
  }
}
