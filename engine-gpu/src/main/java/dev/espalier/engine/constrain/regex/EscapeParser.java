package dev.espalier.engine.constrain.regex;

import dev.espalier.engine.constrain.automaton.SymbolSet;

/** Reads what a backslash begins: one character or a set of characters. */
final class EscapeParser {
  private final PatternReader in;
  private final RegexDialect dialect;

  EscapeParser(PatternReader in, RegexDialect dialect) {
    this.in = in;
    this.dialect = dialect;
  }

  SymbolSet parse(boolean inClass) {
    int start = in.position();
    in.take("\\");
    if (in.atEnd()) {
      throw in.error(start, "a backslash at the end; write \\\\ for itself");
    }
    int c = in.takeCodePoint();
    return switch (c) {
      case 'd' -> CharacterSets.DIGIT;
      case 'D' -> SymbolSet.CODE_POINTS.minus(CharacterSets.DIGIT);
      case 'w' -> CharacterSets.WORD;
      case 'W' -> SymbolSet.CODE_POINTS.minus(CharacterSets.WORD);
      case 's' -> CharacterSets.space(dialect);
      case 'S' -> SymbolSet.CODE_POINTS.minus(CharacterSets.space(dialect));
      case 'p' -> property(start);
      case 'P' -> SymbolSet.CODE_POINTS.minus(property(start));
      case 't' -> SymbolSet.of('\t');
      case 'n' -> SymbolSet.of('\n');
      case 'r' -> SymbolSet.of('\r');
      case 'f' -> SymbolSet.of('\f');
      case '0' -> nul(start);
      case 'x' -> hexadecimal(start);
      case 'u' -> unicode(start);
      case 'c' -> control(start);
      default -> other(start, c, inClass);
    };
  }

  private SymbolSet other(int start, int c, boolean inClass) {
    if (dialect == RegexDialect.STANDARD && c == 'a') {
      return SymbolSet.of(0x07);
    }
    if (dialect == RegexDialect.STANDARD && c == 'e') {
      return SymbolSet.of(0x1B);
    }
    if (dialect == RegexDialect.ECMA_262 && c == 'v') {
      return SymbolSet.of(0x0B);
    }
    if (dialect == RegexDialect.ECMA_262 && c == 'b' && inClass) {
      return SymbolSet.of('\b');
    }
    if (c >= 0x80 || !Character.isLetterOrDigit(c)) {
      return SymbolSet.of(c);
    }
    throw in.error(start, refusal((char) c));
  }

  private static String refusal(char c) {
    return switch (c) {
      case 'b' -> "the word boundary \\b is not supported";
      case 'B' -> "the word boundary \\B is not supported";
      case 'k', 'g' -> "the backreference \\" + c + " is not supported";
      case '1', '2', '3', '4', '5', '6', '7', '8', '9' ->
          "the backreference \\" + c + " is not supported; write \\xNN for a character by number";
      case 'Z' -> "\\Z means different things; write $, the end of the text";
      case 'G' -> "the anchor \\G is not supported";
      case 'v' -> "\\v means different things; write \\x0B, or a class of the line ends";
      case 'h', 'H', 'V', 'R', 'N', 'X' ->
          "the escape \\" + c + " is not supported; write a class of its characters";
      default -> "the escape \\" + c + " is not known";
    };
  }

  private SymbolSet nul(int start) {
    if (Character.isDigit(in.peek())) {
      throw in.error(start, "octal escapes are not supported; write \\xNN");
    }
    return SymbolSet.of(0);
  }

  private SymbolSet hexadecimal(int start) {
    if (dialect == RegexDialect.STANDARD && in.take("{")) {
      return braced(start);
    }
    return SymbolSet.of(hexDigits(start, 2));
  }

  private SymbolSet unicode(int start) {
    if (in.take("{")) {
      return braced(start);
    }
    int unit = hexDigits(start, 4);
    if (Character.isHighSurrogate((char) unit) && in.take("\\u")) {
      int low = hexDigits(start, 4);
      if (Character.isLowSurrogate((char) low)) {
        return SymbolSet.of(Character.toCodePoint((char) unit, (char) low));
      }
    }
    return codePoint(start, unit);
  }

  private SymbolSet braced(int start) {
    String digits = in.takeUntil("}");
    if (digits == null || !digits.matches("[0-9a-fA-F]{1,6}")) {
      throw in.error(start, "one to six hexadecimal digits are needed in the braces");
    }
    return codePoint(start, Integer.parseInt(digits, 16));
  }

  private SymbolSet codePoint(int start, int codePoint) {
    if (!SymbolSet.CODE_POINTS.contains(codePoint)) {
      throw in.error(start, "half of a surrogate pair, or no code point of Unicode");
    }
    return SymbolSet.of(codePoint);
  }

  private int hexDigits(int start, int count) {
    String digits = in.lookAhead(count);
    if (digits.length() < count || !digits.matches("[0-9a-fA-F]+")) {
      throw in.error(start, count + " hexadecimal digits are needed");
    }
    in.moveTo(in.position() + count);
    return Integer.parseInt(digits, 16);
  }

  private SymbolSet control(int start) {
    char letter = in.peek();
    if (!(letter >= 'A' && letter <= 'Z') && !(letter >= 'a' && letter <= 'z')) {
      throw in.error(start, "a letter is needed after \\c");
    }
    in.moveTo(in.position() + 1);
    return SymbolSet.of(letter & 0x1F);
  }

  private SymbolSet property(int start) {
    String name;
    if (in.take("{")) {
      name = in.takeUntil("}");
      if (name == null) {
        throw in.error(start, "unclosed \\p{");
      }
    } else {
      name = in.lookAhead(1);
      in.moveTo(in.position() + name.length());
    }
    SymbolSet set = UnicodeProperties.named(name, dialect);
    if (set == null) {
      throw in.error(
          start,
          "the property \\p{"
              + name
              + "} is not known; general categories (Lu, Letter) and scripts (Script=Greek) are");
    }
    return set;
  }
}
