package dev.espalier.jinja;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Splits a template into tokens as Jinja2's lexer does with {@code trim_blocks} and {@code
 * lstrip_blocks}: a newline behind a statement or comment is dropped, and so is the whitespace
 * between the beginning of a line and a statement or comment.
 */
final class Lexer {
  private static final Pattern BEGIN =
      Pattern.compile("(?U)\\{%([-+]?)\\s*raw\\s*(?:-%\\}\\s*|%\\})|\\{([%#{])([-+]?)");
  private static final Pattern END_RAW =
      Pattern.compile("(?U)\\{%([-+]?)\\s*endraw\\s*(?:\\+%\\}|-%\\}\\s*|%\\}\\n?)");
  private static final Pattern END_COMMENT = Pattern.compile("(?U)\\+#\\}|-#\\}\\s*|#\\}\\n?");
  private static final Pattern END_STATEMENT = Pattern.compile("(?U)\\+%\\}|-%\\}\\s*|%\\}\\n?");
  private static final Pattern END_EXPRESSION = Pattern.compile("(?U)-\\}\\}\\s*|\\}\\}");
  private static final Pattern WHITESPACE = Pattern.compile("\\s+");
  private static final Pattern FLOAT =
      Pattern.compile(
          "(?<!\\.)\\d+(?:_\\d+)*(?:\\.\\d+(?:_\\d+)*[eE][+-]?\\d+|[eE][+-]?\\d+|\\.\\d+(?:_\\d+)*)");
  private static final Pattern INTEGER = Pattern.compile("\\d+(?:_\\d+)*");
  private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}\\p{M}_]*");
  private static final Pattern STRING =
      Pattern.compile("(?s)'[^'\\\\]*(?:\\\\.[^'\\\\]*)*'|\"[^\"\\\\]*(?:\\\\.[^\"\\\\]*)*\"");
  private static final Pattern OPERATOR =
      Pattern.compile("\\*\\*|//|==|!=|<=|>=|[-+*/%~=<>()\\[\\]{},:.|;]");

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int position;
  private boolean atLineStart = true;

  private Lexer(String source) {
    this.source = source;
  }

  static List<Token> tokens(String template) {
    String source = template.replace("\r\n", "\n").replace('\r', '\n');
    if (source.endsWith("\n")) {
      source = source.substring(0, source.length() - 1);
    }
    Lexer lexer = new Lexer(source);
    lexer.run();
    return lexer.tokens;
  }

  static List<Token> expressionTokens(String expression) {
    Lexer lexer = new Lexer(expression.replace("\r\n", "\n").replace('\r', '\n'));
    Deque<String> open = new ArrayDeque<>();
    while (lexer.position < lexer.source.length()) {
      lexer.token(open);
    }
    lexer.add(Token.Kind.END, "", lexer.line(lexer.source.length()));
    return lexer.tokens;
  }

  private void run() {
    Matcher begin = BEGIN.matcher(source);
    while (begin.find(position)) {
      boolean raw = begin.group(2) == null;
      String sign = raw ? begin.group(1) : begin.group(3);
      char kind = raw ? '%' : begin.group(2).charAt(0);
      text(begin.start(), sign, kind != '{');
      int line = line(begin.start());
      consume(begin.end());
      if (raw) {
        raw(line);
      } else if (kind == '#') {
        skipComment(line);
      } else if (kind == '%') {
        add(Token.Kind.STATEMENT_BEGIN, "{%", line);
        tag(END_STATEMENT, Token.Kind.STATEMENT_END, line);
      } else {
        add(Token.Kind.EXPRESSION_BEGIN, "{{", line);
        tag(END_EXPRESSION, Token.Kind.EXPRESSION_END, line);
      }
    }
    text(source.length(), "+", false);
    add(Token.Kind.END, "", line(source.length()));
  }

  /** The text up to {@code end}, where a tag with {@code sign} begins. */
  private void text(int end, String sign, boolean isStatementOrComment) {
    String text = source.substring(position, end);
    if (sign.equals("-")) {
      text = PythonText.stripEnd(text, null);
    } else if (!sign.equals("+") && isStatementOrComment) {
      int line = text.lastIndexOf('\n') + 1;
      if ((line > 0 || atLineStart) && PythonText.isSpace(text.substring(line))) {
        text = text.substring(0, line);
      }
    }
    if (!text.isEmpty()) {
      add(Token.Kind.TEXT, text, line(position));
    }
    position = end;
  }

  private void raw(int line) {
    Matcher end = END_RAW.matcher(source);
    if (!end.find(position)) {
      throw new JinjaException("{% raw %} is not closed").at(line);
    }
    text(end.start(), end.group(1), true);
    consume(end.end());
  }

  private void skipComment(int line) {
    Matcher end = END_COMMENT.matcher(source);
    if (!end.find(position)) {
      throw new JinjaException("the comment is not closed").at(line);
    }
    consume(end.end());
  }

  private void consume(int end) {
    atLineStart = source.charAt(end - 1) == '\n';
    position = end;
  }

  private void tag(Pattern end, Token.Kind endKind, int beginLine) {
    Deque<String> open = new ArrayDeque<>();
    while (position < source.length()) {
      String close = open.isEmpty() ? match(end) : null;
      if (close != null) {
        add(endKind, close, line(position));
        consume(position + close.length());
        return;
      }
      token(open);
    }
    throw new JinjaException("the tag is not closed").at(beginLine);
  }

  private void token(Deque<String> open) {
    int line = line(position);
    String token = match(WHITESPACE);
    if (token != null) {
      position += token.length();
      return;
    }
    if ((token = match(FLOAT)) != null) {
      add(Token.Kind.FLOAT, token.replace("_", ""), line);
    } else if ((token = match(INTEGER)) != null) {
      add(Token.Kind.INTEGER, token.replace("_", ""), line);
    } else if ((token = match(NAME)) != null) {
      add(Token.Kind.NAME, token, line);
    } else if ((token = match(STRING)) != null) {
      add(Token.Kind.STRING, PythonText.unescape(token.substring(1, token.length() - 1)), line);
    } else if ((token = match(OPERATOR)) != null) {
      balance(token, open, line);
      add(Token.Kind.OPERATOR, token, line);
    } else {
      throw new JinjaException("unexpected character '" + source.charAt(position) + "'").at(line);
    }
    position += token.length();
  }

  private static void balance(String operator, Deque<String> open, int line) {
    switch (operator) {
      case "(" -> open.push(")");
      case "[" -> open.push("]");
      case "{" -> open.push("}");
      case ")", "]", "}" -> {
        if (open.isEmpty() || !open.pop().equals(operator)) {
          throw new JinjaException("unexpected '" + operator + "'").at(line);
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

  private void add(Token.Kind kind, String text, int line) {
    tokens.add(new Token(kind, text, line));
  }

  private int line(int end) {
    int line = 1;
    for (int i = source.indexOf('\n'); i >= 0 && i < end; i = source.indexOf('\n', i + 1)) {
      line++;
    }
    return line;
  }
}
