package dev.espalier.engine.text.pattern;

/** A pattern that is refused, with the reason. */
public final class PatternException extends RuntimeException {
  private static final long serialVersionUID = 1;

  PatternException(String message) {
    super(message);
  }
}
