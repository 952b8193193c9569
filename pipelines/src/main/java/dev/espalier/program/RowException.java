package dev.espalier.program;

import dev.espalier.row.RowError;
import java.util.Objects;

/**
 * Ends a program with an error that belongs to its row. Programs may throw it to give a row a code
 * of their own; the state throws it for what a program asked for and cannot have.
 */
public final class RowException extends RuntimeException {
  private final String code;

  /**
   * @param code a stable name in capitals, such as {@link RowError#MISSING_FIELD}
   * @param message what happened and what to do about it; the same on every run
   */
  public RowException(String code, String message) {
    super(Objects.requireNonNull(message, "message"));
    this.code = Objects.requireNonNull(code, "code");
  }

  public String code() {
    return code;
  }
}
