package dev.espalier.jinja;

import dev.espalier.jinja.JinjaException.Kind;
import java.util.List;
import java.util.function.Supplier;

/** Goes through the tokens of a template, and counts how deeply what is parsed nests. */
abstract class TokenReader {
  private final List<Token> tokens;
  private int next;
  private int depth;

  TokenReader(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token peek() {
    return tokens.get(next);
  }

  /** To come back to by {@link #back}. */
  final int position() {
    return next;
  }

  final void back(int position) {
    next = position;
  }

  Token peekSecond() {
    return tokens.get(Math.min(next + 1, tokens.size() - 1));
  }

  Token take() {
    Token token = peek();
    next = Math.min(next + 1, tokens.size() - 1);
    return token;
  }

  boolean takeOperator(String operator) {
    boolean found = peek().isOperator(operator);
    if (found) {
      take();
    }
    return found;
  }

  boolean takeName(String name) {
    boolean found = peek().isName(name);
    if (found) {
      take();
    }
    return found;
  }

  void expectOperator(String operator) {
    if (!takeOperator(operator)) {
      throw unexpected("'" + operator + "'");
    }
  }

  Token expectName(String what) {
    if (peek().kind() != Token.Kind.NAME) {
      throw unexpected(what);
    }
    return take();
  }

  JinjaException unexpected(String expected) {
    return peek().error("found " + peek().described() + " where " + expected + " should be");
  }

  /** Parses what lies one level deeper. */
  final <T> T nested(int bound, Supplier<T> part) {
    if (++depth > bound) {
      throw new JinjaException(
          Kind.LIMIT,
          "nests more than " + bound + " levels deep",
          "",
          peek().line(),
          peek().column());
    }
    try {
      return part.get();
    } finally {
      depth--;
    }
  }
}
