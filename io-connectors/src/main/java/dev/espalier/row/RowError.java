package dev.espalier.row;

import java.io.Serializable;
import java.util.Objects;

/**
 * Why a row has no complete answer.
 *
 * @param code a stable name: one of the constants here, that of an error of the engine which
 *     belongs to a request, or one that a program chose
 * @param message what happened and what to do about it; the same on every run
 * @param step the path of the step it happened in or after, empty before the first
 */
public record RowError(String code, String message, String step) implements Serializable {
  /** The program reads a field which the row lacks, or which is null. */
  public static final String MISSING_FIELD = "MISSING_FIELD";

  /** The program reads a value that nothing has set. */
  public static final String UNDEFINED_VARIABLE = "UNDEFINED_VARIABLE";

  /** The program threw an exception, or used its state in a way that makes no prompt. */
  public static final String PROGRAM_FAILED = "PROGRAM_FAILED";

  /** The program made more steps than one row may have. */
  public static final String STEP_LIMIT = "STEP_LIMIT";

  /** A template goes further than one rendering, or one row, may: steps, characters, nesting. */
  public static final String TEMPLATE_LIMIT = "TEMPLATE_LIMIT";

  /** A generated value was to be a number or a truth value and is none. */
  public static final String VALUE_INVALID = "VALUE_INVALID";

  /**
   * A generated text was cut off by {@code maxTokens}, or by the model's context, before it met its
   * constraint.
   */
  public static final String OUTPUT_INCOMPLETE = "OUTPUT_INCOMPLETE";

  /** A text has half of a surrogate pair, so that it is no Unicode text. */
  public static final String INVALID_TEXT = "INVALID_TEXT";

  /** The program uses roles, and the checkpoint has no chat template. */
  public static final String NO_CHAT_TEMPLATE = "NO_CHAT_TEMPLATE";

  /** Bytes that are not UTF-8; other fields of the row may be whole. */
  public static final String INVALID_UTF8 = "INVALID_UTF8";

  /** What stands in the input is no row: a line that is no object, a row without an id. */
  public static final String BAD_ROW = "BAD_ROW";

  public RowError {
    Objects.requireNonNull(code, "code");
    Objects.requireNonNull(message, "message");
    Objects.requireNonNull(step, "step");
  }
}
