package dev.espalier.engine.text;

/** A template that cannot be parsed or rendered; the message names the line. */
final class JinjaException extends RuntimeException {
  JinjaException(String message) {
    super(message);
  }

  JinjaException(String message, Throwable cause) {
    super(message, cause);
  }
}
