package dev.espalier.io.table;

import java.util.Objects;

/**
 * Why a row has no complete answer.
 *
 * @param step where it happened, empty if nowhere in particular
 */
public record OutputError(String code, String message, String step) {
  public OutputError {
    Objects.requireNonNull(code, "code");
    Objects.requireNonNull(message, "message");
    Objects.requireNonNull(step, "step");
  }
}
