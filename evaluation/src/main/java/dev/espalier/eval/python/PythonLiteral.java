package dev.espalier.eval.python;

import dev.espalier.jinja.PythonText;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a literal of Python, as {@code ast.literal_eval} does: texts, numbers, {@code True}, {@code
 * False}, {@code None}, and lists, tuples and mappings of these. Sets, bytes and complex numbers
 * are left out.
 */
public final class PythonLiteral {
  private static final int MOST_LEVELS = 200;
  private static final Pattern NUMBER =
      Pattern.compile(
          "0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+"
              + "|(?:[0-9](?:_?[0-9])*)?\\.?[0-9](?:_?[0-9])*\\.?(?:[eE][-+]?[0-9](?:_?[0-9])*)?");
  private static final Pattern WHOLE = Pattern.compile("0(?:_?0)*|[1-9](?:_?[0-9])*");

  private final String source;
  private int at;
  private int level;

  private PythonLiteral(String source) {
    this.source = source;
  }

  /**
   * The value: a {@code String}, {@code Long}, {@code BigInteger}, {@code Double}, {@code Boolean},
   * null, a list, a {@link PythonText#tuple tuple}, or a map in its order.
   *
   * @throws IllegalArgumentException if the text is no literal
   */
  public static Object read(String text) {
    PythonLiteral literal = new PythonLiteral(text);
    literal.blanks();
    Object value = literal.expression();
    literal.blanks();
    if (literal.at < text.length()) {
      throw literal.refused();
    }
    return value;
  }

  private IllegalArgumentException refused() {
    String shown = source.length() <= 60 ? source : source.substring(0, 60) + "…";
    return new IllegalArgumentException(
        "`" + shown + "` is no literal of Python, from its character " + (at + 1) + " on");
  }

  private void blanks() {
    while (at < source.length()) {
      char c = source.charAt(at);
      if (c == '#') {
        int end = source.indexOf('\n', at);
        at = end < 0 ? source.length() : end;
      } else if (c == '\\' && source.startsWith("\\\n", at)) {
        at += 2;
      } else if (" \t\n\r\f".indexOf(c) >= 0) {
        at++;
      } else {
        return;
      }
    }
  }

  private boolean take(char c) {
    boolean seen = at < source.length() && source.charAt(at) == c;
    at += seen ? 1 : 0;
    return seen;
  }

  /** A value, or several with commas between them, which are a tuple. */
  private Object expression() {
    Object first = value();
    blanks();
    if (at == source.length() || source.charAt(at) != ',') {
      return first;
    }
    List<Object> items = new ArrayList<>(List.of());
    items.add(first);
    while (take(',')) {
      blanks();
      if (at == source.length()) {
        break;
      }
      items.add(value());
      blanks();
    }
    return PythonText.tuple(items);
  }

  private Object value() {
    if (at == source.length() || level == MOST_LEVELS) {
      throw refused();
    }
    level++;
    Object value = anyValue();
    level--;
    return value;
  }

  private Object anyValue() {
    char c = source.charAt(at);
    if (c == '[') {
      at++;
      return items(']', new ArrayList<>());
    } else if (c == '(') {
      return parentheses();
    } else if (c == '{') {
      return mapping();
    } else if (c == '-' || c == '+') {
      at++;
      blanks();
      return signed(c == '-', value());
    } else if ((c >= '0' && c <= '9') || c == '.') {
      return number();
    }
    int start = at;
    while (at < source.length() && Character.isUnicodeIdentifierPart(source.charAt(at))) {
      at++;
    }
    String name = source.substring(start, at);
    if (at < source.length() && (source.charAt(at) == '\'' || source.charAt(at) == '"')) {
      at = start;
      return text();
    }
    return switch (name) {
      case "True" -> true;
      case "False" -> false;
      case "None" -> null;
      default -> {
        at = start;
        throw refused();
      }
    };
  }

  private Object signed(boolean negative, Object value) {
    if (value instanceof Long number) {
      return negative ? whole(BigInteger.valueOf(number).negate()) : number;
    } else if (value instanceof BigInteger number) {
      return negative ? whole(number.negate()) : number;
    } else if (value instanceof Double number) {
      return negative ? -number : number;
    }
    throw refused();
  }

  private static Object whole(BigInteger value) {
    return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
  }

  private List<Object> items(char close, List<Object> items) {
    blanks();
    while (!take(close)) {
      items.add(value());
      blanks();
      if (!take(',') && (at == source.length() || source.charAt(at) != close)) {
        throw refused();
      }
      blanks();
    }
    return items;
  }

  private Object parentheses() {
    at++;
    blanks();
    if (take(')')) {
      return PythonText.tuple(List.of());
    }
    List<Object> items = new ArrayList<>();
    items.add(value());
    blanks();
    if (take(')')) {
      return items.get(0);
    }
    if (!take(',')) {
      throw refused();
    }
    return PythonText.tuple(items(')', items));
  }

  private Map<Object, Object> mapping() {
    at++;
    Map<Object, Object> mapping = new LinkedHashMap<>();
    blanks();
    while (!take('}')) {
      Object key = value();
      blanks();
      if (!take(':')) {
        throw refused();
      }
      blanks();
      mapping.put(key, value());
      blanks();
      if (!take(',') && (at == source.length() || source.charAt(at) != '}')) {
        throw refused();
      }
      blanks();
    }
    return mapping;
  }

  private Object number() {
    Matcher matcher = NUMBER.matcher(source).region(at, source.length());
    if (!matcher.lookingAt()) {
      throw refused();
    }
    String digits = matcher.group().replace("_", "");
    String lower = digits.toLowerCase(java.util.Locale.ROOT);
    Object value;
    if (lower.startsWith("0x") || lower.startsWith("0o") || lower.startsWith("0b")) {
      int radix = lower.charAt(1) == 'x' ? 16 : lower.charAt(1) == 'o' ? 8 : 2;
      value = whole(new BigInteger(digits.substring(2), radix));
    } else if (lower.indexOf('.') >= 0 || lower.indexOf('e') >= 0) {
      value = Double.valueOf(digits);
    } else if (WHOLE.matcher(digits).matches()) {
      value = whole(new BigInteger(digits));
    } else {
      throw refused();
    }
    at = matcher.end();
    boolean goesOn = at < source.length() && Character.isUnicodeIdentifierPart(source.charAt(at));
    if (goesOn) {
      throw refused();
    }
    return value;
  }

  /** Texts that follow each other are one. */
  private String text() {
    StringBuilder text = new StringBuilder();
    do {
      int start = at;
      while (source.charAt(at) != '\'' && source.charAt(at) != '"') {
        at++;
      }
      String prefix = source.substring(start, at);
      if (!prefix.matches("[rRuU]?")) {
        at = start;
        throw refused();
      }
      quoted(prefix.equalsIgnoreCase("r"), text);
      blanks();
    } while (isText());
    return text.toString();
  }

  private boolean isText() {
    String rest = source.substring(at, Math.min(source.length(), at + 2));
    return rest.matches("(?s)['\"].?|[rRuU]['\"]");
  }

  private void quoted(boolean raw, StringBuilder text) {
    String quote = source.substring(at, at + 1);
    String three = quote.repeat(3);
    String end = source.startsWith(three, at) ? three : quote;
    at += end.length();
    while (!source.startsWith(end, at)) {
      if (at == source.length() || (end.length() == 1 && source.charAt(at) == '\n')) {
        throw refused();
      }
      char c = source.charAt(at++);
      if (c != '\\' || at == source.length()) {
        text.append(c);
      } else if (raw) {
        text.append(c).append(source.charAt(at++));
      } else {
        escape(text);
      }
    }
    at += end.length();
  }

  private void escape(StringBuilder text) {
    char c = source.charAt(at++);
    int plain = "abfnrtv\\'\"\n".indexOf(c);
    if (plain >= 0) {
      text.append(plain == 10 ? "" : "\u0007\b\f\n\r\t\u000b\\'\"".substring(plain, plain + 1));
    } else if (c == 'x' || c == 'u' || c == 'U') {
      int count = c == 'x' ? 2 : c == 'u' ? 4 : 8;
      String digits = source.substring(at, Math.min(source.length(), at + count));
      if (digits.length() < count || !digits.matches("[0-9a-fA-F]+")) {
        throw refused();
      }
      long code = Long.parseLong(digits, 16);
      if (code > Character.MAX_CODE_POINT) {
        throw refused();
      }
      text.appendCodePoint((int) code);
      at += count;
    } else if (c >= '0' && c <= '7') {
      int start = at - 1;
      while (at < source.length() && at < start + 3 && "01234567".indexOf(source.charAt(at)) >= 0) {
        at++;
      }
      text.append((char) Integer.parseInt(source.substring(start, at), 8));
    } else if (c == 'N') {
      text.appendCodePoint(named());
    } else {
      text.append('\\').append(c);
    }
  }

  /** The character that {@code {NAME}} names. */
  private int named() {
    int end = source.indexOf('}', at);
    if (!source.startsWith("{", at) || end < 0) {
      throw refused();
    }
    try {
      int code = Character.codePointOf(source.substring(at + 1, end));
      at = end + 1;
      return code;
    } catch (IllegalArgumentException e) {
      throw refused();
    }
  }
}
