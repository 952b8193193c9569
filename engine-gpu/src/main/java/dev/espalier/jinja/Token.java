package dev.espalier.jinja;

/**
 * A piece of a template.
 *
 * @param text of text, what is printed; of a string, its value; else as written
 * @param line from 1
 */
record Token(Kind kind, String text, int line) {
  enum Kind {
    TEXT,
    EXPRESSION_BEGIN,
    EXPRESSION_END,
    STATEMENT_BEGIN,
    STATEMENT_END,
    NAME,
    STRING,
    INTEGER,
    FLOAT,
    OPERATOR,
    END
  }

  boolean isOperator(String operator) {
    return kind == Kind.OPERATOR && text.equals(operator);
  }

  boolean isName(String name) {
    return kind == Kind.NAME && text.equals(name);
  }

  /** For messages. */
  String described() {
    return switch (kind) {
      case END -> "the end of the template";
      case EXPRESSION_END -> "}}";
      case STATEMENT_END -> "%}";
      default -> "'" + text + "'";
    };
  }
}
