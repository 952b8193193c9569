package dev.espalier.jinja;

import java.math.BigInteger;
import java.util.Objects;

/**
 * A number that prints as it is spelled and calculates, compares and sorts by its value: {@code
 * 1.10}, {@code 0x1F}.
 *
 * @param spelling as written in the source
 * @param value a {@link Long}, {@link BigInteger} or {@link Double}
 */
public record SpelledNumber(String spelling, Number value) {
  public SpelledNumber {
    Objects.requireNonNull(spelling, "spelling");
    if (!(value instanceof Long || value instanceof BigInteger || value instanceof Double)) {
      throw new IllegalArgumentException("a spelled number of " + value);
    }
  }
}
