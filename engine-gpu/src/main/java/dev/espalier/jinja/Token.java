package dev.espalier.jinja;

/**
 * A piece of a template.
 *
 * @param text of data, what is printed; of a string, its value; else as written
 * @param line from 1
 * @param column in code points, from 1
 */
record Token(Kind kind, String text, int line, int column) {
  enum Kind {
    DATA,
    VARIABLE_BEGIN,
    VARIABLE_END,
    BLOCK_BEGIN,
    BLOCK_END,
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

  JinjaException error(String reason) {
    return new JinjaException(JinjaException.Kind.SYNTAX, reason, "", line, column);
  }

  /** For messages. */
  String described() {
    return switch (kind) {
      case END -> "the end";
      case VARIABLE_END -> "}}";
      case BLOCK_END -> "%}";
      case DATA -> "text";
      default -> "'" + text + "'";
    };
  }
}
