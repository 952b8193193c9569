package dev.espalier.eval.twin;

/** A document is not of the form that a function expects. The message says what it lacks. */
public final class TwinException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TwinException(String message) {
    super(message);
  }
}
