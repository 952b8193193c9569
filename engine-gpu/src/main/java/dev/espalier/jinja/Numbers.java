package dev.espalier.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.regex.Pattern;

/** Python's numbers: integers without bounds ({@link Long} where it has room) and doubles. */
final class Numbers {
  /** Python refuses to read or write integers of more digits. */
  static final int MAX_DIGITS = 4300;

  private static final Pattern FLOAT =
      Pattern.compile(
          "[+-]?(?:(?:[0-9]++(?:_[0-9]++)*+\\.?(?:[0-9]++(?:_[0-9]++)*+)?"
              + "|\\.[0-9]++(?:_[0-9]++)*+)(?:[eE][+-]?[0-9]++(?:_[0-9]++)*+)?"
              + "|(?i:inf(?:inity)?|nan))");

  private Numbers() {}

  static Object whole(BigInteger value) {
    return value.bitLength() < 64 ? (Object) value.longValue() : value;
  }

  /** The value of a number: truth values are 0 and 1, a spelled number is its value. */
  static Object plain(Object value) {
    if (value instanceof Boolean truth) {
      return truth ? 1L : 0L;
    }
    return value instanceof SpelledNumber number ? number.value() : value;
  }

  static boolean isZero(Object number) {
    Object plain = plain(number);
    return plain instanceof Double d ? d == 0 : plain instanceof Long l && l == 0;
  }

  static BigInteger big(Object whole) {
    Object plain = plain(whole);
    return plain instanceof BigInteger big ? big : BigInteger.valueOf((Long) plain);
  }

  /**
   * @throws JinjaException if an integer is too large for a double
   */
  static double toDouble(Object number) {
    Object plain = plain(number);
    if (plain instanceof BigInteger big) {
      double value = big.doubleValue();
      if (Double.isInfinite(value)) {
        throw new JinjaException("the integer is too large for a float");
      }
      return value;
    }
    return ((Number) plain).doubleValue();
  }

  static boolean areEqual(Object left, Object right) {
    Object a = plain(left);
    Object b = plain(right);
    if (a instanceof Double x && b instanceof Double y) {
      return x.doubleValue() == y.doubleValue();
    }
    if (a instanceof Double || b instanceof Double) {
      double number = (Double) (a instanceof Double ? a : b);
      return !Double.isNaN(number) && !Double.isInfinite(number) && exactOrder(a, b) == 0;
    }
    return a.equals(b);
  }

  static boolean isOrdered(String operator, Object left, Object right) {
    Object a = plain(left);
    Object b = plain(right);
    if (a instanceof Long x && b instanceof Long y) {
      return Comparison.matches(operator, Long.compare(x, y));
    }
    double x = a instanceof Double d ? d : big(a).doubleValue();
    double y = b instanceof Double d ? d : big(b).doubleValue();
    if (Double.isNaN(x) || Double.isNaN(y)) {
      return false;
    }
    int order = x < y ? -1 : x > y ? 1 : 0;
    boolean isExact = a instanceof Double && b instanceof Double;
    boolean hasInfinity =
        (a instanceof Double && Double.isInfinite(x))
            || (b instanceof Double && Double.isInfinite(y));
    return Comparison.matches(operator, isExact || hasInfinity ? order : exactOrder(a, b));
  }

  private static int exactOrder(Object a, Object b) {
    return exact(a).compareTo(exact(b));
  }

  private static BigDecimal exact(Object plain) {
    return plain instanceof Double d ? new BigDecimal(d) : new BigDecimal(big(plain));
  }

  /** What Python takes for an index, within the bounds of a long. */
  static long index(Object value) {
    if (!Types.isWhole(value)) {
      if (value instanceof Undefined undefined) {
        throw undefined.error();
      }
      throw new JinjaException(Types.described(value) + " is no integer");
    }
    Object plain = plain(value);
    return plain instanceof Long index
        ? index
        : ((BigInteger) plain).signum() < 0 ? Long.MIN_VALUE / 4 : Long.MAX_VALUE / 4;
  }

  static String text(Object whole) {
    Object plain = plain(whole);
    if (plain instanceof BigInteger big && big.bitLength() > 14_000) {
      String digits = big.abs().toString();
      if (digits.length() > MAX_DIGITS) {
        throw new JinjaException("the integer has more than " + MAX_DIGITS + " digits");
      }
    }
    return plain.toString();
  }

  /** {@code repr(value)}: the shortest digits, with an exponent below 1e-4 and from 1e16 on. */
  static String text(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0.0" : "0.0";
    }
    BigDecimal digits = shortest(Math.abs(value));
    String sign = value < 0 ? "-" : "";
    int exponent = digits.precision() - digits.scale() - 1;
    if (exponent >= -4 && exponent < 16) {
      String plain = digits.toPlainString();
      return sign + (plain.contains(".") ? plain : plain + ".0");
    }
    String unscaled = digits.unscaledValue().toString();
    String fraction = unscaled.length() > 1 ? "." + unscaled.substring(1) : "";
    return sign + unscaled.charAt(0) + fraction + exponent(exponent);
  }

  static String exponent(int exponent) {
    return (exponent < 0 ? "e-" : "e+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
  }

  /**
   * The shortest decimal that is read as this double, which is positive. Doubles lie twice as far
   * apart above a power of two as below, so there the nearest decimal of so many digits may be
   * another double while the next one up is this one.
   */
  private static BigDecimal shortest(double value) {
    BigDecimal exact = new BigDecimal(value);
    for (int digits = value < Double.MIN_NORMAL ? 1 : 15; digits < 17; digits++) {
      for (RoundingMode mode : List.of(RoundingMode.HALF_EVEN, RoundingMode.UP)) {
        BigDecimal rounded = exact.round(new MathContext(digits, mode));
        if (rounded.doubleValue() == value) {
          return rounded.stripTrailingZeros();
        }
      }
    }
    return exact.round(new MathContext(17, RoundingMode.HALF_EVEN)).stripTrailingZeros();
  }

  /**
   * Reads a whole number as Python's {@code int(text, base)}.
   *
   * @return null if it is none
   */
  static Object parseWhole(String text, int base) {
    String digits = asciiDigits(Strip.strip(text, null));
    boolean negative = digits.startsWith("-");
    if (negative || digits.startsWith("+")) {
      digits = digits.substring(1);
    }
    int radix = base;
    if (digits.length() > 1 && digits.charAt(0) == '0') {
      int prefixed =
          switch (digits.charAt(1)) {
            case 'x', 'X' -> 16;
            case 'o', 'O' -> 8;
            case 'b', 'B' -> 2;
            default -> 0;
          };
      if (prefixed != 0 && (base == 0 || base == prefixed)) {
        radix = prefixed;
        digits = digits.substring(digits.startsWith("_", 2) ? 3 : 2);
      } else if (base == 0 && !digits.replace("_", "").matches("0+")) {
        return null;
      }
    }
    radix = radix == 0 ? 10 : radix;
    if (digits.startsWith("_") || digits.endsWith("_") || digits.contains("__")) {
      return null;
    }
    digits = digits.replace("_", "");
    if (digits.isEmpty()) {
      return null;
    }
    for (int i = 0; i < digits.length(); i++) {
      if (digits.charAt(i) >= 0x80 || Character.digit(digits.charAt(i), radix) < 0) {
        return null;
      }
    }
    boolean isPower = Integer.bitCount(radix) == 1;
    if (digits.length() > MAX_DIGITS) {
      if (isPower) {
        throw Rendering.limit("reads an integer of more than " + MAX_DIGITS + " digits");
      }
      return null;
    }
    BigInteger value = new BigInteger(digits, radix);
    return whole(negative ? value.negate() : value);
  }

  /**
   * Reads a number as Python's {@code float(text)}.
   *
   * @return null if it is none
   */
  static Double parseFloat(String text) {
    String digits = asciiDigits(Strip.strip(text, null));
    if (!FLOAT.matcher(digits).matches()) {
      return null;
    }
    String lower = digits.toLowerCase(java.util.Locale.ROOT);
    if (lower.endsWith("nan")) {
      return Double.NaN;
    }
    if (lower.contains("inf")) {
      return lower.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    return Double.parseDouble(digits.replace("_", ""));
  }

  /** With the decimal digits of all scripts as 0 to 9. */
  private static String asciiDigits(String text) {
    if (text.chars().allMatch(c -> c < 0x80)) {
      return text;
    }
    StringBuilder ascii = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (c >= 0x80 && Character.getType(c) == Character.DECIMAL_DIGIT_NUMBER) {
                ascii.append(Character.digit(c, 10));
              } else {
                ascii.appendCodePoint(c);
              }
            });
    return ascii.toString();
  }

  /**
   * Python's {@code int(value)} of a number.
   *
   * @throws JinjaException if it is infinite or no number
   */
  static Object truncated(Object number) {
    Object plain = plain(number);
    if (!(plain instanceof Double value)) {
      return plain;
    }
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      throw new JinjaException("the float " + text(value) + " has no integer");
    }
    return whole(new BigDecimal(value).toBigInteger());
  }

  /** Python's {@code round}: half to even. */
  static Object rounded(Object number, long places) {
    Object plain = plain(number);
    if (plain instanceof Double value) {
      if (Double.isNaN(value) || Double.isInfinite(value) || places > 330) {
        return value;
      }
      if (places < -330) {
        return value * 0.0;
      }
      BigDecimal scaled = new BigDecimal(value).setScale((int) places, RoundingMode.HALF_EVEN);
      double rounded = scaled.doubleValue();
      if (Double.isInfinite(rounded)) {
        throw new JinjaException("the rounded float is too large");
      }
      return rounded == 0 ? Math.copySign(0.0, value) : rounded;
    }
    if (places >= 0) {
      return plain;
    }
    BigInteger value = big(plain);
    if (places < -MAX_DIGITS) {
      return 0L;
    }
    BigDecimal scaled = new BigDecimal(value).setScale((int) places, RoundingMode.HALF_EVEN);
    return whole(scaled.toBigIntegerExact());
  }
}
