package dev.espalier.engine.constrain.regex;

/** A regular expression that is malformed, or that asks for something that is not supported. */
public final class RegexSyntaxException extends RuntimeException {
  private final int position;

  RegexSyntaxException(int position, String message) {
    super(message);
    this.position = position;
  }

  /** Index of the first UTF-16 unit at fault, from 0. */
  public int position() {
    return position;
  }
}
