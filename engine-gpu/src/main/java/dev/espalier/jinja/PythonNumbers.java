package dev.espalier.jinja;

import java.math.BigDecimal;

/** How Python writes floating-point numbers. */
final class PythonNumbers {
  private PythonNumbers() {}

  /** {@code repr(value)}: the shortest digits, with an exponent below 1e-4 and from 1e16 on. */
  static String text(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
    }
    BigDecimal digits = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    if (value == 0) {
      return Double.toString(value); // Keeps the sign.
    }
    int exponent = digits.precision() - digits.scale() - 1;
    if (exponent >= -4 && exponent < 16) {
      String plain = digits.toPlainString();
      return plain.contains(".") ? plain : plain + ".0";
    }
    String unscaled = digits.unscaledValue().abs().toString();
    String fraction = unscaled.length() > 1 ? "." + unscaled.substring(1) : "";
    return (value < 0 ? "-" : "")
        + unscaled.charAt(0)
        + fraction
        + (exponent < 0 ? "e-" : "e+")
        + (Math.abs(exponent) < 10 ? "0" : "")
        + Math.abs(exponent);
  }
}
