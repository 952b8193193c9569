package dev.espalier.program;

import java.io.Serializable;
import java.util.Objects;

/**
 * Why a row has no complete answer.
 *
 * @param code a stable name, such as {@code MISSING_FIELD} or {@code PROMPT_TOO_LONG}
 * @param message what happened and what to do about it; the same on every run
 * @param step the path of the step it happened in, empty before the first
 */
public record RowError(String code, String message, String step) implements Serializable {
  public RowError {
    Objects.requireNonNull(code, "code");
    Objects.requireNonNull(message, "message");
    Objects.requireNonNull(step, "step");
  }
}
