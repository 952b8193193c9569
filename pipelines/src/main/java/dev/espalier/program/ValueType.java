package dev.espalier.program;

import dev.espalier.engine.Constraint;
import java.util.Locale;
import java.util.Optional;

/** The type of a named value, and so of its column. */
public enum ValueType {
  /** A {@link String}. */
  STRING(""),
  /** A {@link Long}. */
  INTEGER("-?(0|[1-9][0-9]{0,17})"),
  /** A {@link Double}. */
  NUMBER("-?(0|[1-9][0-9]{0,14})(\\.[0-9]{1,15})?"),
  /** A {@link Boolean}. */
  BOOLEAN("true|false");

  private final String pattern;

  ValueType(String pattern) {
    this.pattern = pattern;
  }

  /** What holds a model to this type when the program gives no other constraint. */
  Optional<Constraint> constraint() {
    return pattern.isEmpty() ? Optional.empty() : Optional.of(new Constraint.Regex(pattern));
  }

  /**
   * Reads {@code text}, ignoring white space around it. A truth value is {@code true}, {@code yes},
   * {@code false} or {@code no} in any case.
   *
   * @throws RowException with {@link RowError#VALUE_INVALID}
   */
  public Object read(String text) {
    String trimmed = text.strip();
    try {
      return switch (this) {
        case STRING -> text;
        case INTEGER -> Long.valueOf(trimmed);
        case NUMBER -> finite(trimmed);
        case BOOLEAN -> truth(trimmed);
      };
    } catch (NumberFormatException e) {
      throw new RowException(
          RowError.VALUE_INVALID,
          "the output \""
              + text
              + "\" is no "
              + name().toLowerCase(Locale.ROOT)
              + "; constrain it with a regex, or give it more tokens if it was cut off");
    }
  }

  private static Double finite(String text) {
    Double number = Double.valueOf(text);
    if (number.isNaN() || number.isInfinite()) {
      throw new NumberFormatException(text);
    }
    return number;
  }

  private static Boolean truth(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "yes" -> true;
      case "false", "no" -> false;
      default -> throw new NumberFormatException(text);
    };
  }

  /** The type of a value that a program computed; null has the type of a string. */
  static ValueType of(Object value) {
    if (value == null || value instanceof String) {
      return STRING;
    } else if (value instanceof Long || value instanceof Integer) {
      return INTEGER;
    } else if (value instanceof Double || value instanceof Float) {
      return NUMBER;
    } else if (value instanceof Boolean) {
      return BOOLEAN;
    }
    throw new RowException(
        RowError.PROGRAM_FAILED,
        "a value of the class "
            + value.getClass().getName()
            + " cannot be a column; use a string, an integer, a number or a truth value");
  }

  /** {@code value} in the one Java class of this type. */
  static Object canonical(Object value) {
    if (value instanceof Integer i) {
      return i.longValue();
    }
    return value instanceof Float f ? (Object) f.doubleValue() : value;
  }
}
