package dev.espalier.engine.constrain.regex;

import dev.espalier.engine.constrain.automaton.SymbolSet;

/** A pattern and a place in it. */
final class PatternReader {
  private final String text;
  private int position;

  PatternReader(String text) {
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

  boolean at(String prefix) {
    return text.startsWith(prefix, position);
  }

  boolean take(String prefix) {
    if (!at(prefix)) {
      return false;
    }
    position += prefix.length();
    return true;
  }

  /** The text before the next {@code end}, which is passed too; null if there is none. */
  String takeUntil(String end) {
    int found = text.indexOf(end, position);
    if (found < 0) {
      return null;
    }
    String before = text.substring(position, found);
    position = found + end.length();
    return before;
  }

  /** The next {@code length} units, or fewer at the end. */
  String lookAhead(int length) {
    return text.substring(position, Math.min(text.length(), position + length));
  }

  int takeCodePoint() {
    int codePoint = text.codePointAt(position);
    if (!SymbolSet.CODE_POINTS.contains(codePoint)) {
      throw error(position, "half of a surrogate pair");
    }
    position += Character.charCount(codePoint);
    return codePoint;
  }

  RegexSyntaxException error(int at, String message) {
    return new RegexSyntaxException(at, message);
  }
}
