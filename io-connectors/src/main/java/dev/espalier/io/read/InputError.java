package dev.espalier.io.read;

import java.util.Objects;

/**
 * Why a row could not be read whole.
 *
 * @param code {@link #INVALID_UTF8} or {@link #BAD_ROW}
 * @param message the same on every run
 */
public record InputError(String code, String message) {
  /** Bytes that are not UTF-8; other fields of the row may be whole. */
  public static final String INVALID_UTF8 = "INVALID_UTF8";

  /** See {@link BadRow}. */
  public static final String BAD_ROW = "BAD_ROW";

  public InputError {
    Objects.requireNonNull(code, "code");
    Objects.requireNonNull(message, "message");
  }
}
