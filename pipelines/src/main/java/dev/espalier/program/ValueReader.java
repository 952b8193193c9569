package dev.espalier.program;

import dev.espalier.engine.Constraint;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.row.RowError;
import dev.espalier.row.ValueType;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads what a model wrote, and what a program computed, as values of a type. */
public final class ValueReader {
  // What Java's own readers take beyond these is no number elsewhere: "5f", "0x1p3", other digits.
  private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]+");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?");

  private ValueReader() {}

  /** What holds a model to {@code type} when the program gives no other constraint. */
  static Optional<Constraint> constraint(ValueType type) {
    return switch (scalar(type)) {
      case STRING -> Optional.empty();
      case INTEGER -> Optional.of(new Constraint.Regex("-?(0|[1-9][0-9]{0,17})"));
      case NUMBER -> Optional.of(new Constraint.Regex("-?(0|[1-9][0-9]{0,14})(\\.[0-9]{1,15})?"));
      case BOOLEAN -> Optional.of(new Constraint.Regex("true|false"));
    };
  }

  /**
   * Reads {@code text}, ignoring white space around it. A truth value is {@code true}, {@code yes},
   * {@code false} or {@code no} in any case.
   *
   * @throws RowException with {@link RowError#VALUE_INVALID}
   */
  public static Object read(ValueType type, String text) {
    String trimmed = text.strip();
    try {
      return switch (scalar(type)) {
        case STRING -> text;
        case INTEGER -> Long.valueOf(matching(INTEGER, trimmed));
        case NUMBER -> finite(matching(NUMBER, trimmed));
        case BOOLEAN -> truth(trimmed);
      };
    } catch (NumberFormatException e) {
      throw new RowException(
          RowError.VALUE_INVALID,
          "the output \""
              + text
              + "\" is no "
              + type.toString().toLowerCase(Locale.ROOT)
              + "; constrain it with a regex, or give it more tokens if it was cut off");
    }
  }

  private static ValueType.Scalar scalar(ValueType type) {
    if (type instanceof ValueType.Scalar scalar) {
      return scalar;
    }
    throw new EngineException(
        ErrorCode.INVALID_PARAMETERS,
        "a value of the type " + type.description() + " comes from a jsonSchema alone");
  }

  private static String matching(Pattern form, String text) {
    if (!form.matcher(text).matches()) {
      throw new NumberFormatException(text);
    }
    return text;
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
  static ValueType typeOf(Object value) {
    if (value == null || value instanceof String) {
      return ValueType.STRING;
    } else if (value instanceof Long || value instanceof Integer) {
      return ValueType.INTEGER;
    } else if (value instanceof Double || value instanceof Float) {
      return ValueType.NUMBER;
    } else if (value instanceof Boolean) {
      return ValueType.BOOLEAN;
    }
    throw new RowException(
        RowError.PROGRAM_FAILED,
        "a value of the class "
            + value.getClass().getName()
            + " cannot be a column; use a string, an integer, a number or a truth value");
  }

  /** {@code value} in the one Java class of its type. */
  static Object canonical(Object value) {
    if (value instanceof Integer i) {
      return i.longValue();
    }
    return value instanceof Float f ? (Object) f.doubleValue() : value;
  }
}
