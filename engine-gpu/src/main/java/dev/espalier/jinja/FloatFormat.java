package dev.espalier.jinja;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Writes a float with a given precision, as C and Python do: rounded from its exact value. */
final class FloatFormat {
  private FloatFormat() {}

  /**
   * @param value not negative
   * @param form {@code f}, {@code e}, {@code g}, or 0 for Python's own: as {@code g}, with at least
   *     one digit behind the point
   * @param precision below 0 for the default
   * @param alternate whether the point always stays, and in {@code g} the zeros at the end
   */
  static String of(double value, char form, long precision, boolean alternate) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return Double.isNaN(value) ? "nan" : "inf";
    }
    if (form == 0 && precision < 0) {
      String text = Numbers.text(value);
      boolean lacksPoint = alternate && !text.contains(".");
      return lacksPoint ? text.replace("e", ".e") : text;
    }
    int places = precision < 0 ? 6 : (int) precision;
    return switch (form) {
      case 'f' -> fixed(new BigDecimal(value), places, alternate);
      case 'e' -> scientific(value, places, alternate);
      default -> general(value, Math.max(1, places), form == 0, alternate);
    };
  }

  private static String fixed(BigDecimal value, int places, boolean alternate) {
    String text = value.setScale(places, RoundingMode.HALF_EVEN).toPlainString();
    return alternate && places == 0 ? text + "." : text;
  }

  private static BigDecimal rounded(double value, int digits) {
    return new BigDecimal(value).round(new MathContext(digits, RoundingMode.HALF_EVEN));
  }

  private static int exponent(BigDecimal value) {
    return value.signum() == 0 ? 0 : value.precision() - value.scale() - 1;
  }

  private static String scientific(double value, int places, boolean alternate) {
    BigDecimal rounded = rounded(value, places + 1);
    int exponent = exponent(rounded);
    String digits = fixed(rounded.movePointLeft(exponent), places, alternate);
    return digits + Numbers.exponent(exponent);
  }

  private static String general(double value, int digits, boolean isOwn, boolean alternate) {
    BigDecimal rounded = rounded(value, digits);
    int exponent = exponent(rounded);
    boolean isScientific = exponent < -4 || exponent >= (isOwn ? digits - 1 : digits);
    String text =
        isScientific
            ? fixed(rounded.movePointLeft(exponent), digits - 1, alternate)
            : fixed(rounded, Math.max(0, digits - 1 - exponent), alternate);
    if (!alternate && text.contains(".")) {
      text = text.replaceAll("0+$", "").replaceAll("\\.$", "");
    }
    if (isScientific) {
      return text + Numbers.exponent(exponent);
    }
    return isOwn && !text.contains(".") ? text + ".0" : text;
  }
}
