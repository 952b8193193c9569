package dev.espalier.jinja;

import java.util.HashMap;
import java.util.Map;

/**
 * Writes a pattern of Python's {@code re} as one of Java. Each construct is written by what it
 * means, so that no flag of Java's is needed but those of case.
 */
final class PatternTranslator {
  private static final String SPACES =
      "\\x{9}-\\x{d}\\x{1c}-\\x{20}\\x{85}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}"
          + "\\x{202f}\\x{205f}\\x{3000}";
  private static final String ASCII_SPACES = "\\x{9}-\\x{d}\\x{20}";
  private static final String WORDS = "\\p{L}\\p{N}_";
  private static final String ASCII_WORDS = "a-zA-Z0-9_";
  private static final String DIGITS = "\\p{Nd}";
  private static final String ASCII_DIGITS = "0-9";

  /** What the letters of {@code (?imsxa)} say. */
  private record Flags(
      boolean ignoreCase, boolean lines, boolean dot, boolean verbose, boolean ascii) {
    Flags with(char letter, boolean on) {
      return new Flags(
          letter == 'i' ? on : ignoreCase,
          letter == 'm' ? on : lines,
          letter == 's' ? on : dot,
          letter == 'x' ? on : verbose,
          letter == 'a' ? on : letter != 'u' && ascii);
    }
  }

  private final String source;
  private final StringBuilder out = new StringBuilder();
  private final Map<String, Integer> names = new HashMap<>();
  private Flags flags;
  private int groups;
  private int at;

  PatternTranslator(String source, boolean ignoreCase) {
    this.source = source;
    this.flags = new Flags(ignoreCase, false, false, false, false);
  }

  Map<String, Integer> names() {
    return names;
  }

  String translated() {
    globalFlags();
    out.append(flags.ignoreCase ? "(?iu)" : "");
    alternatives();
    if (at < source.length()) {
      throw refused("has a ) without its (");
    }
    return out.toString();
  }

  /** Flags for the whole pattern stand at its start. */
  private void globalFlags() {
    while (source.startsWith("(?", at)) {
      int end = at + 2;
      while (end < source.length() && "aimsxLu".indexOf(source.charAt(end)) >= 0) {
        end++;
      }
      if (end == at + 2 || end == source.length() || source.charAt(end) != ')') {
        return;
      }
      for (char letter : source.substring(at + 2, end).toCharArray()) {
        flags = flags.with(letter, true);
      }
      at = end + 1;
    }
  }

  private boolean sees(String text) {
    return source.startsWith(text, at);
  }

  private boolean take(String text) {
    boolean seen = sees(text);
    at += seen ? text.length() : 0;
    return seen;
  }

  private void alternatives() {
    sequence();
    while (take("|")) {
      out.append('|');
      sequence();
    }
  }

  private void sequence() {
    while (true) {
      skipBlanks();
      if (at == source.length() || sees("|") || sees(")")) {
        return;
      }
      boolean repeatable = atom();
      skipBlanks();
      quantifier(repeatable);
    }
  }

  /** Passes over comments, and over white space where it means nothing. */
  private void skipBlanks() {
    while (at < source.length()) {
      char c = source.charAt(at);
      if (take("(?#")) {
        int end = source.indexOf(')', at);
        if (end < 0) {
          throw refused("has a comment without its end");
        }
        at = end + 1;
      } else if (flags.verbose && c == '#') {
        int end = source.indexOf('\n', at);
        at = end < 0 ? source.length() : end + 1;
      } else if (flags.verbose && " \t\n\r\u000b\f".indexOf(c) >= 0) {
        at++;
      } else {
        return;
      }
    }
  }

  /** Writes one item, which is a unit to a quantifier; whether it may be repeated. */
  private boolean atom() {
    int c = source.codePointAt(at);
    at += Character.charCount(c);
    return switch (c) {
      case '(' -> {
        group();
        yield true;
      }
      case '[' -> {
        set();
        yield true;
      }
      case '.' -> {
        out.append(flags.dot ? "(?s:.)" : "[^\\n]");
        yield true;
      }
      case '^' -> {
        out.append(flags.lines ? "(?:\\A|(?<=\\n))" : "\\A");
        yield false;
      }
      case '$' -> {
        out.append(flags.lines ? "(?=\\n|\\z)" : "(?=\\n?\\z)");
        yield false;
      }
      case '\\' -> escape();
      case '*', '+', '?' -> throw refused("has nothing to repeat at its place " + at);
      default -> {
        literal(c);
        yield true;
      }
    };
  }

  private void literal(int c) {
    out.append(hexadecimal(c));
  }

  private static String hexadecimal(int c) {
    boolean plain = c < 0x80 && (Character.isLetterOrDigit(c) || c == '_');
    return plain ? Character.toString(c) : "\\x{" + Integer.toHexString(c) + "}";
  }

  private void quantifier(boolean repeatable) {
    String times = times();
    if (times == null) {
      return;
    }
    if (!repeatable) {
      throw refused("has nothing to repeat at its place " + at);
    }
    out.append(times);
    if (take("?")) {
      out.append('?');
    } else if (take("+")) {
      out.append('+');
    }
    skipBlanks();
    int before = at;
    if (times() != null) {
      at = before;
      throw refused("repeats a repetition at its place " + (at + 1));
    }
  }

  /** Java's spelling of the quantifier that follows; null if none does. */
  private String times() {
    if (at == source.length()) {
      return null;
    }
    char c = source.charAt(at);
    if (c == '*' || c == '+' || c == '?') {
      at++;
      return Character.toString(c);
    }
    int end = source.indexOf('}', at);
    if (c != '{' || end < 0) {
      return null;
    }
    String bounds = source.substring(at + 1, end);
    if (!bounds.matches("[0-9]{1,9}|[0-9]{0,9},[0-9]{0,9}")) {
      return null;
    }
    at = end + 1;
    return "{" + (bounds.startsWith(",") ? "0" : "") + bounds + "}";
  }

  private void group() {
    Flags outer = flags;
    if (!take("?")) {
      groups++;
      out.append('(');
    } else if (take("P<")) {
      String name = name('>');
      if (names.putIfAbsent(name, ++groups) != null) {
        throw refused("has the group " + name + " twice");
      }
      out.append('(');
    } else if (take("P=")) {
      String name = name(')');
      if (!names.containsKey(name)) {
        throw refused("names the group " + name + ", which it has not");
      }
      out.append("(?:\\").append(names.get(name)).append(')');
      return;
    } else if (sees("<=") || sees("<!") || sees("=") || sees("!") || sees(":") || sees(">")) {
      int length = sees("<") ? 2 : 1;
      out.append("(?").append(source, at, at + length);
      at += length;
    } else if (sees("(")) {
      throw refused("has a conditional group, which is not supported");
    } else {
      scopedFlags();
    }
    alternatives();
    if (!take(")")) {
      throw refused("has a ( without its )");
    }
    out.append(')');
    flags = outer;
  }

  private String name(char close) {
    int end = source.indexOf(close, at);
    String name = end < 0 ? "" : source.substring(at, end);
    if (!CharacterKinds.isIdentifier(name)) {
      throw refused("has a group without a name");
    }
    at = end + 1;
    return name;
  }

  private void scopedFlags() {
    boolean on = true;
    while (at < source.length() && !sees(":")) {
      char letter = source.charAt(at++);
      if (letter == '-') {
        on = false;
      } else if ("aimsxLu".indexOf(letter) >= 0) {
        flags = flags.with(letter, on);
      } else {
        throw refused("has an unknown group at its place " + at);
      }
    }
    if (!take(":")) {
      throw refused("has flags that do not stand at its start");
    }
    out.append(flags.ignoreCase ? "(?iu:" : "(?-iu:");
  }

  private IllegalArgumentException refused(String what) {
    return new IllegalArgumentException("the pattern `" + source + "` " + what);
  }

  private String words() {
    return flags.ascii ? ASCII_WORDS : WORDS;
  }

  /** The set that {@code \d}, {@code \s} or {@code \w} names, in brackets; null for others. */
  private String named(char letter) {
    String set =
        switch (letter) {
          case 'd', 'D' -> flags.ascii ? ASCII_DIGITS : DIGITS;
          case 's', 'S' -> flags.ascii ? ASCII_SPACES : SPACES;
          case 'w', 'W' -> words();
          default -> null;
        };
    return set == null ? null : (Character.isUpperCase(letter) ? "[^" : "[") + set + "]";
  }

  /** Writes what a backslash outside of a set names; whether it may be repeated. */
  private boolean escape() {
    if (at == source.length()) {
      throw refused("ends with a backslash");
    }
    char c = source.charAt(at);
    String named = named(c);
    if (named != null) {
      at++;
      out.append(named);
      return true;
    }
    String word = "[" + words() + "]";
    return switch (c) {
      case 'A', 'Z' -> {
        at++;
        out.append(c == 'A' ? "\\A" : "\\z");
        yield false;
      }
      case 'b' -> {
        at++;
        out.append("(?:(?<=" + word + ")(?!" + word + ")|(?<!" + word + ")(?=" + word + "))");
        yield false;
      }
      case 'B' -> {
        at++;
        out.append("(?:(?<=" + word + ")(?=" + word + ")|(?<!" + word + ")(?!" + word + "))");
        yield false;
      }
      default -> {
        if (c >= '1' && c <= '9' && !isOctalEscape()) {
          backreference();
        } else {
          literal(escaped(false));
        }
        yield true;
      }
    };
  }

  private boolean isOctalEscape() {
    return source.substring(at).matches("(?s)[0-3][0-7][0-7].*");
  }

  private void backreference() {
    int number = source.charAt(at++) - '0';
    if (at < source.length() && Character.digit(source.charAt(at), 10) >= 0) {
      number = 10 * number + source.charAt(at++) - '0';
    }
    if (number > groups) {
      throw refused("names the group " + number + ", which it has not");
    }
    out.append("(?:\\").append(number).append(')');
  }

  /** The character that the escape behind a backslash stands for. */
  private int escaped(boolean inSet) {
    int c = source.codePointAt(at);
    at += Character.charCount(c);
    return switch (c) {
      case 'a' -> 7;
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'v' -> 0x0B;
      case 'x' -> digits(2);
      case 'u' -> digits(4);
      case 'U' -> digits(8);
      default -> {
        if (c == 'b' && inSet) {
          yield '\b';
        }
        if (c >= '0' && c <= '7') {
          yield octal();
        }
        if (c < 0x80 && Character.isLetterOrDigit(c)) {
          throw refused("has the escape \\" + (char) c + ", which means nothing");
        }
        yield c;
      }
    };
  }

  private int digits(int count) {
    String digits = at + count > source.length() ? "" : source.substring(at, at + count);
    if (!digits.matches("[0-9a-fA-F]+") || Long.parseLong(digits, 16) > Character.MAX_CODE_POINT) {
      throw refused("has an escape of a character without its " + count + " digits");
    }
    at += count;
    return Integer.parseInt(digits, 16);
  }

  private int octal() {
    int start = at - 1;
    while (at < source.length()
        && at < start + 3
        && source.charAt(at) >= '0'
        && source.charAt(at) <= '7') {
      at++;
    }
    return Integer.parseInt(source.substring(start, at), 8);
  }

  private void set() {
    out.append(take("^") ? "[^" : "[");
    boolean first = true;
    while (first || !sees("]")) {
      first = false;
      String low = member();
      boolean isRange = sees("-") && at + 1 < source.length() && source.charAt(at + 1) != ']';
      if (isRange) {
        at++;
        String high = member();
        if (low.startsWith("[") || high.startsWith("[")) {
          throw refused("has a range between sets");
        }
        out.append(low).append('-').append(high);
      } else {
        out.append(low);
      }
      if (at == source.length()) {
        throw refused("has a [ without its ]");
      }
    }
    at++;
    out.append(']');
  }

  /** A character of a set as Java spells it, or a set in brackets. */
  private String member() {
    if (at == source.length()) {
      throw refused("has a [ without its ]");
    }
    int c = source.codePointAt(at);
    at += Character.charCount(c);
    if (c != '\\') {
      return hexadecimal(c);
    }
    if (at == source.length()) {
      throw refused("ends with a backslash");
    }
    String named = named(source.charAt(at));
    if (named != null) {
      at++;
      return named;
    }
    return hexadecimal(escaped(true));
  }
}
