package dev.espalier.jinja;

/**
 * A template or an expression that cannot be compiled, or not be evaluated with these values. The
 * message begins with the place where one is known.
 */
public final class JinjaException extends RuntimeException {
  /** What went wrong. */
  public enum Kind {
    /** The text is no Jinja, or names a filter or test that does not exist. Only of compiling. */
    SYNTAX,
    /** Jinja that is left out on purpose, such as {@code include}. Only of compiling. */
    UNSUPPORTED,
    /** An undefined value was used; {@link #path} says which. */
    UNDEFINED,
    /** A null was printed where that is an error; {@link #path} says which. */
    NULL_PRINTED,
    /** The values do not allow what is done with them, such as a division by zero. */
    VALUE,
    /** What the sandbox keeps from templates, such as {@code __class__}. */
    FORBIDDEN,
    /** One of {@link TemplateLimits}. */
    LIMIT,
    /** The template called {@code raise_exception}; the message is its own. */
    RAISED
  }

  private final Kind kind;
  private final String reason;
  private final int line;
  private final int column;
  private final String path;

  JinjaException(Kind kind, String reason, String path, int line, int column) {
    super(place(kind, line, column) + reason);
    this.kind = kind;
    this.reason = reason;
    this.path = path;
    this.line = line;
    this.column = column;
  }

  JinjaException(Kind kind, String reason) {
    this(kind, reason, "", 0, 0);
  }

  JinjaException(String reason) {
    this(Kind.VALUE, reason);
  }

  private static String place(Kind kind, int line, int column) {
    if (line == 0 || kind == Kind.RAISED) {
      return "";
    }
    return "line " + line + (column == 0 ? "" : ", column " + column) + ": ";
  }

  /** What a template says by {@code raise_exception}. */
  static JinjaException raised(String message) {
    return new JinjaException(Kind.RAISED, message);
  }

  /** The same, saying what took the values, if that is not clear. */
  JinjaException of(String what) {
    if (kind != Kind.VALUE || line != 0 || reason.startsWith("the filter ")) {
      return this;
    }
    JinjaException said = new JinjaException(kind, what + ": " + reason, path, 0, 0);
    said.setStackTrace(getStackTrace());
    return said;
  }

  /** The same with its place, unless it has one. */
  JinjaException at(int atLine, int atColumn) {
    if (line != 0) {
      return this;
    }
    JinjaException placed = new JinjaException(kind, reason, path, atLine, atColumn);
    placed.setStackTrace(getStackTrace());
    return placed;
  }

  JinjaException at(int atLine) {
    return at(atLine, 0);
  }

  public Kind kind() {
    return kind;
  }

  /** The message without the place. */
  public String reason() {
    return reason;
  }

  /** From 1; 0 if no place is known. */
  public int line() {
    return line;
  }

  /** In code points, from 1; 0 if no place is known. */
  public int column() {
    return column;
  }

  /**
   * The variable that is undefined or null, as the template writes it ({@code row.a.b}); empty if
   * the value has no such path, or for other kinds.
   */
  public String path() {
    return path;
  }
}
