package dev.espalier.engine.constrain.schema;

import java.util.List;

/** A schema that is malformed, or that asks for something that is not supported. */
public final class SchemaException extends RuntimeException {
  SchemaException(String pointer, String message) {
    super(at(pointer, message));
  }

  SchemaException(List<String> problems) {
    super(String.join("; ", problems));
  }

  SchemaException(String message, Throwable cause) {
    super(message, cause);
  }

  /** A message with the JSON pointer of the keyword at fault. */
  static String at(String pointer, String message) {
    return "at #" + pointer + ": " + message;
  }
}
