package dev.espalier.jinja;

/** A template that cannot be parsed or rendered; the message names the line where one is known. */
public final class JinjaException extends RuntimeException {
  private final boolean raisedByTemplate;

  private JinjaException(String message, boolean raisedByTemplate, Throwable cause) {
    super(message, cause);
    this.raisedByTemplate = raisedByTemplate;
  }

  JinjaException(String message) {
    this(message, false, null);
  }

  /** What a template says by {@code raise_exception}. */
  static JinjaException raised(String message) {
    return new JinjaException(message, true, null);
  }

  /** The same with its line in front, unless the template speaks for itself. */
  JinjaException at(int line) {
    return raisedByTemplate || getCause() != null
        ? this
        : new JinjaException("line " + line + ": " + getMessage(), false, this);
  }

  /** Whether the template itself refused what it was given. */
  public boolean isRaisedByTemplate() {
    return raisedByTemplate;
  }
}
