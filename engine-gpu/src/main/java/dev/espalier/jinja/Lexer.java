package dev.espalier.jinja;

import dev.espalier.jinja.Token.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Splits a template, or an expression alone, into tokens as Jinja2's lexer does. */
final class Lexer {
  private static final String SPACE =
      "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]*+";
  private static final Pattern BEGIN =
      Pattern.compile(
          "\\{%([-+]?)" + SPACE + "raw" + SPACE + "(?:-%\\}" + SPACE + "|%\\})|\\{([%#{])([-+]?)");
  private static final Pattern FLOAT =
      Pattern.compile(
          "(?<!\\.)(?:[0-9]+_)*+[0-9]++"
              + "(?:(?:\\.(?:[0-9]+_)*+[0-9]++)?[eE][+-]?(?:[0-9]+_)*+[0-9]++"
              + "|\\.(?:[0-9]+_)*+[0-9]++)");
  private static final Pattern INTEGER =
      Pattern.compile(
          "0[bB](?:_?[01])++|0[oO](?:_?[0-7])++|0[xX](?:_?[0-9a-fA-F])++"
              + "|[1-9](?:_?[0-9])*+|0(?:_?0)*+");
  private static final Pattern OPERATOR =
      Pattern.compile("\\*\\*|//|==|!=|<=|>=|[-+*/%~=<>()\\[\\]{},:.|;]");

  private final String source;
  private final boolean trimBlocks;
  private final Pattern endRaw;
  private final Pattern endComment;
  private final Pattern endBlock;
  private final Pattern endVariable = Pattern.compile("-\\}\\}" + SPACE + "|\\}\\}");
  private final List<Token> tokens = new ArrayList<>();
  private int position;
  private boolean atLineStart = true;

  /** The place of {@link #counted}, which only moves on. */
  private int line = 1;

  private int lineStart;
  private int counted;

  private Lexer(String source, boolean trimBlocks) {
    this.source = source;
    this.trimBlocks = trimBlocks;
    String suffix = trimBlocks ? "\\n?" : "";
    String end = "(?:\\+%\\}|-%\\}" + SPACE + "|%\\}" + suffix + ")";
    this.endRaw = Pattern.compile("\\{%([-+]?)" + SPACE + "endraw" + SPACE + end);
    this.endComment = Pattern.compile("\\+#\\}|-#\\}" + SPACE + "|#\\}" + suffix);
    this.endBlock = Pattern.compile(end);
  }

  /** Whether {@code c} is white space for Python. */
  static boolean isSpace(int c) {
    return (c >= 0x09 && c <= 0x0D)
        || (c >= 0x1C && c <= 0x20)
        || c == 0x85
        || c == 0xA0
        || c == 0x1680
        || (c >= 0x2000 && c <= 0x200A)
        || c == 0x2028
        || c == 0x2029
        || c == 0x202F
        || c == 0x205F
        || c == 0x3000;
  }

  private static String unixLines(String text) {
    return text.indexOf('\r') < 0 ? text : text.replace("\r\n", "\n").replace('\r', '\n');
  }

  static List<Token> template(String template, TemplateSettings settings) {
    String source = unixLines(template);
    if (source.endsWith("\n") && !settings.isTask()) {
      source = source.substring(0, source.length() - 1);
    }
    Lexer lexer = new Lexer(source, settings.trimBlocks());
    lexer.template();
    return lexer.tokens;
  }

  static List<Token> expression(String expression) {
    Lexer lexer = new Lexer(unixLines(expression), false);
    Deque<String> open = new ArrayDeque<>();
    while (lexer.position < lexer.source.length()) {
      lexer.token(open);
    }
    lexer.add(Kind.END, "", lexer.position);
    return lexer.tokens;
  }

  private void template() {
    Matcher begin = BEGIN.matcher(source);
    while (begin.find(position)) {
      boolean raw = begin.group(2) == null;
      String sign = raw ? begin.group(1) : begin.group(3);
      char kind = raw ? '%' : begin.group(2).charAt(0);
      int start = begin.start();
      data(start, sign, kind != '{');
      consume(begin.end());
      if (raw) {
        raw(start);
      } else if (kind == '#') {
        comment(start);
      } else if (kind == '%') {
        add(Kind.BLOCK_BEGIN, "{%", start);
        tag(endBlock, Kind.BLOCK_END, start);
      } else {
        add(Kind.VARIABLE_BEGIN, "{{", start);
        tag(endVariable, Kind.VARIABLE_END, start);
      }
    }
    data(source.length(), "+", false);
    add(Kind.END, "", source.length());
  }

  /** The text up to {@code end}, where a tag with {@code sign} begins. */
  private void data(int end, String sign, boolean isBlock) {
    String text = source.substring(position, end);
    if (sign.equals("-")) {
      int length = text.length();
      while (length > 0 && isSpace(text.charAt(length - 1))) {
        length--;
      }
      text = text.substring(0, length);
    } else if (!sign.equals("+") && isBlock && trimBlocks) {
      int lastLine = text.lastIndexOf('\n') + 1;
      boolean blank = text.substring(lastLine).chars().allMatch(Lexer::isSpace);
      if ((lastLine > 0 || atLineStart) && blank) {
        text = text.substring(0, lastLine);
      }
    }
    if (!text.isEmpty()) {
      add(Kind.DATA, text, position);
    }
    position = end;
  }

  private void raw(int start) {
    Matcher end = endRaw.matcher(source);
    if (!end.find(position)) {
      if (position == source.length()) {
        return; // As Jinja2, which then finds nothing that is not closed.
      }
      throw error("{% raw %} is not closed", start);
    }
    data(end.start(), end.group(1), true);
    consume(end.end());
  }

  private void comment(int start) {
    Matcher end = endComment.matcher(source);
    if (!end.find(position)) {
      if (position == source.length()) {
        return;
      }
      throw error("the comment is not closed", start);
    }
    consume(end.end());
  }

  private void consume(int end) {
    atLineStart = source.charAt(end - 1) == '\n';
    position = end;
  }

  private void tag(Pattern end, Kind endKind, int start) {
    Deque<String> open = new ArrayDeque<>();
    while (position < source.length()) {
      String close = open.isEmpty() ? match(end) : null;
      if (close != null) {
        add(endKind, close, position);
        consume(position + close.length());
        return;
      }
      token(open);
    }
    throw error("the tag is not closed", start);
  }

  private void token(Deque<String> open) {
    char first = source.charAt(position);
    if (isSpace(first)) {
      position++;
      return;
    }
    String token;
    if ((token = match(FLOAT)) != null) {
      add(Kind.FLOAT, token.replace("_", ""), position);
    } else if ((token = match(INTEGER)) != null) {
      add(Kind.INTEGER, token.replace("_", ""), position);
    } else if ((token = name()) != null) {
      add(Kind.NAME, token, position);
    } else if (first == '\'' || first == '"') {
      int end = endOfString(first);
      token = source.substring(position, end);
      add(Kind.STRING, unescape(token.substring(1, token.length() - 1)), position);
    } else if ((token = match(OPERATOR)) != null) {
      balance(token, open);
      add(Kind.OPERATOR, token, position);
    } else {
      throw error(
          "unexpected character '" + Character.toString(source.codePointAt(position)) + "'",
          position);
    }
    position += token.length();
  }

  private String name() {
    int end = position;
    int first = source.codePointAt(position);
    if (first != '_' && !Character.isUnicodeIdentifierStart(first)) {
      return null;
    }
    while (end < source.length()
        && Character.isUnicodeIdentifierPart(source.codePointAt(end))
        && !Character.isIdentifierIgnorable(source.codePointAt(end))) {
      end += Character.charCount(source.codePointAt(end));
    }
    return source.substring(position, end);
  }

  private int endOfString(char quote) {
    for (int i = position + 1; i < source.length(); i++) {
      char c = source.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == quote) {
        return i + 1;
      }
    }
    throw error("a string is not closed", position);
  }

  private void balance(String operator, Deque<String> open) {
    switch (operator) {
      case "(" -> open.push(")");
      case "[" -> open.push("]");
      case "{" -> open.push("}");
      case ")", "]", "}" -> {
        if (open.isEmpty() || !open.pop().equals(operator)) {
          throw error("unexpected '" + operator + "'", position);
        }
      }
      default -> {}
    }
  }

  private String match(Pattern pattern) {
    Matcher matcher = pattern.matcher(source).region(position, source.length());
    matcher.useTransparentBounds(true); // FLOAT looks behind.
    return matcher.lookingAt() ? matcher.group() : null;
  }

  private void add(Kind kind, String text, int at) {
    countTo(at);
    tokens.add(new Token(kind, text, line, 1 + source.codePointCount(lineStart, at)));
  }

  private void countTo(int at) {
    if (at < counted) {
      line = 1;
      lineStart = 0;
      counted = 0;
    }
    for (int i = source.indexOf('\n', counted); i >= 0 && i < at; i = source.indexOf('\n', i + 1)) {
      line++;
      lineStart = i + 1;
    }
    counted = at;
  }

  private JinjaException error(String reason, int at) {
    countTo(at);
    int column = 1 + source.codePointCount(lineStart, at);
    return new JinjaException(JinjaException.Kind.SYNTAX, reason, "", line, column);
  }

  /** The value of what stands between the quotes of a string. */
  private String unescape(String literal) {
    if (literal.indexOf('\\') < 0) {
      return literal;
    }
    StringBuilder value = new StringBuilder();
    int i = 0;
    while (i < literal.length()) {
      char c = literal.charAt(i++);
      if (c != '\\') {
        value.append(c);
        continue;
      }
      int escape = literal.codePointAt(i);
      i += Character.charCount(escape);
      if (escape == 'x' || escape == 'u' || escape == 'U') {
        int digits = escape == 'x' ? 2 : escape == 'u' ? 4 : 8;
        value.appendCodePoint(codePoint(literal, i, digits));
        i += digits;
      } else if (escape == 'N') {
        int end = literal.indexOf('}', i);
        value.appendCodePoint(named(literal, i, end));
        i = end + 1;
      } else if (escape >= '0' && escape <= '7') {
        int octal = escape - '0';
        for (int more = 0; more < 2 && i < literal.length(); more++, i++) {
          char digit = literal.charAt(i);
          if (digit < '0' || digit > '7') {
            break;
          }
          octal = octal * 8 + digit - '0';
        }
        value.appendCodePoint(octal);
      } else {
        value.append(simple(escape));
      }
    }
    return value.toString();
  }

  private int codePoint(String literal, int start, int digits) {
    int value = 0;
    for (int i = start; i < start + digits; i++) {
      int digit = i < literal.length() ? Character.digit(literal.charAt(i), 16) : -1;
      if (digit < 0 || literal.charAt(i) > 'f' || value > 0x10FFFF) {
        throw error("an escape sequence in '" + literal + "' is not complete", position);
      }
      value = value * 16 + digit;
    }
    if (value > 0x10FFFF) {
      throw error("an escape sequence in '" + literal + "' names no character", position);
    }
    return value;
  }

  private int named(String literal, int start, int end) {
    try {
      if (end > start && literal.charAt(start) == '{') {
        return Character.codePointOf(literal.substring(start + 1, end));
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw error("an escape sequence in '" + literal + "' names no character", position);
  }

  private static String simple(int escape) {
    return switch (escape) {
      case 'n' -> "\n";
      case 't' -> "\t";
      case 'r' -> "\r";
      case 'a' -> "\u0007";
      case 'b' -> "\b";
      case 'f' -> "\f";
      case 'v' -> "\u000B";
      case '\n' -> ""; // A continued line.
      case '\\', '\'', '"' -> Character.toString(escape);
      default ->
          "\\" + (escape < 0x80 ? Character.toString(escape) : Repr.escaped(escape).substring(1));
    };
  }
}
