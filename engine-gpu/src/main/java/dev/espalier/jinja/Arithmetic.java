package dev.espalier.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;

/** Python's operators on numbers, texts and lists. */
final class Arithmetic {
  /** Enough for every integer that can be printed. */
  private static final int MAX_BITS = 20_000;

  private Arithmetic() {}

  /**
   * @param operator one of {@code + - * / // % **}
   */
  static Object apply(String operator, Object left, Object right, Rendering rendering) {
    if (Types.isNumber(left) && Types.isNumber(right)) {
      return ofNumbers(operator, Numbers.plain(left), Numbers.plain(right), rendering);
    }
    if (operator.equals("%") && Types.isText(left)) {
      return PercentFormat.format(left, right, rendering);
    }
    if (left instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (right instanceof Undefined undefined) {
      throw undefined.error();
    }
    Object result = null;
    if (operator.equals("+")) {
      result = joined(left, right, rendering);
    } else if (operator.equals("*")) {
      result =
          Types.isWhole(right)
              ? repeated(left, Numbers.index(right), rendering)
              : Types.isWhole(left) ? repeated(right, Numbers.index(left), rendering) : null;
    }
    if (result == null) {
      throw new JinjaException(
          Types.described(left)
              + " "
              + operator
              + " "
              + Types.described(right)
              + " is not possible");
    }
    return result;
  }

  private static Object joined(Object left, Object right, Rendering rendering) {
    if (Types.isText(left) && Types.isText(right)) {
      if (left instanceof Markup || right instanceof Markup) {
        String a = Markup.escape(left, rendering);
        String b = Markup.escape(right, rendering);
        rendering.characters((long) a.length() + b.length());
        return new Markup(a + b);
      }
      String a = (String) left;
      String b = (String) right;
      rendering.characters((long) a.length() + b.length());
      return a + b;
    }
    boolean areTuples = left instanceof Tuple && right instanceof Tuple;
    if (areTuples || (Types.isList(left) && Types.isList(right))) {
      List<?> a = (List<?>) left;
      List<?> b = (List<?>) right;
      rendering.items((long) a.size() + b.size());
      ArrayList<Object> items = new ArrayList<>(a);
      items.addAll(b);
      return areTuples ? new Tuple(items) : items;
    }
    return null;
  }

  /** Null if {@code value} cannot be repeated. */
  private static Object repeated(Object value, long times, Rendering rendering) {
    long count = Math.max(0, times);
    if (Types.isText(value)) {
      String text = Types.text(value);
      rendering.characters(product(text.length(), count));
      String repeated = text.isEmpty() ? "" : text.repeat((int) count);
      return value instanceof Markup ? new Markup(repeated) : repeated;
    }
    if (!Types.isList(value) && !(value instanceof Tuple)) {
      return null;
    }
    List<?> list = (List<?>) value;
    rendering.items(product(list.size(), count));
    ArrayList<Object> items = new ArrayList<>();
    for (int i = 0; i < count && !list.isEmpty(); i++) {
      items.addAll(list);
    }
    return value instanceof Tuple ? new Tuple(items) : items;
  }

  /** Of two numbers that are not negative; the largest long if it has no room. */
  static long product(long a, long b) {
    return a != 0 && b > Long.MAX_VALUE / 2 / a ? Long.MAX_VALUE / 2 : a * b;
  }

  static Object signed(Object operand, boolean negates) {
    if (!Types.isNumber(operand)) {
      if (operand instanceof Undefined undefined) {
        throw undefined.error();
      }
      throw new JinjaException(Types.described(operand) + " cannot have a sign");
    }
    Object plain = Numbers.plain(operand);
    if (!negates) {
      return operand instanceof SpelledNumber ? operand : plain;
    }
    return plain instanceof Double value ? -value : Numbers.whole(Numbers.big(plain).negate());
  }

  private static Object ofNumbers(String operator, Object left, Object right, Rendering rendering) {
    boolean areWhole = !(left instanceof Double) && !(right instanceof Double);
    if ("/%//".contains(operator) && Numbers.isZero(right)) {
      throw new JinjaException("division by zero");
    }
    if (areWhole) {
      if (operator.equals("/")) {
        return quotient(left, right);
      }
      if (operator.equals("**")) {
        return power(left, right, rendering);
      }
      if (left instanceof Long a && right instanceof Long b) {
        Object result = ofLongs(operator, a, b);
        if (result != null) {
          return result;
        }
      }
      return ofWhole(operator, Numbers.big(left), Numbers.big(right), rendering);
    }
    double a = Numbers.toDouble(left);
    double b = Numbers.toDouble(right);
    return switch (operator) {
      case "+" -> a + b;
      case "-" -> a - b;
      case "*" -> a * b;
      case "/" -> a / b;
      case "//" -> floorQuotient(a, b);
      case "%" -> remainder(a, b);
      case "**" -> power(a, b);
      default -> throw new IllegalArgumentException(operator);
    };
  }

  /** Null if a long has no room for the result. */
  private static Object ofLongs(String operator, long a, long b) {
    try {
      return switch (operator) {
        case "+" -> Math.addExact(a, b);
        case "-" -> Math.subtractExact(a, b);
        case "*" -> Math.multiplyExact(a, b);
        case "//" -> a == Long.MIN_VALUE ? null : Math.floorDiv(a, b);
        case "%" -> Math.floorMod(a, b);
        default -> throw new IllegalArgumentException(operator);
      };
    } catch (ArithmeticException e) {
      return null;
    }
  }

  private static Object ofWhole(String operator, BigInteger a, BigInteger b, Rendering rendering) {
    boolean isProduct = operator.equals("*");
    long bits = isProduct ? (long) a.bitLength() + b.bitLength() : 0;
    requireBits(bits);
    rendering.step(1 + (long) a.bitLength() * b.bitLength() / 65_536);
    return Numbers.whole(
        switch (operator) {
          case "+" -> a.add(b);
          case "-" -> a.subtract(b);
          case "*" -> a.multiply(b);
          case "//" -> {
            BigInteger[] parts = a.divideAndRemainder(b);
            boolean floors = parts[1].signum() != 0 && parts[1].signum() != b.signum();
            yield floors ? parts[0].subtract(BigInteger.ONE) : parts[0];
          }
          case "%" -> {
            BigInteger rest = a.remainder(b);
            yield rest.signum() != 0 && rest.signum() != b.signum() ? rest.add(b) : rest;
          }
          default -> throw new IllegalArgumentException(operator);
        });
  }

  private static void requireBits(long bits) {
    if (bits > MAX_BITS) {
      throw Rendering.limit("calculates an integer of more than " + MAX_BITS + " bits");
    }
  }

  private static double quotient(Object left, Object right) {
    if (left instanceof Long a && right instanceof Long b) {
      long exact = 1L << 53;
      if (Math.abs(a) <= exact
          && Math.abs(b) <= exact
          && a != Long.MIN_VALUE
          && b != Long.MIN_VALUE) {
        return (double) a / b;
      }
    }
    BigDecimal quotient =
        new BigDecimal(Numbers.big(left))
            .divide(new BigDecimal(Numbers.big(right)), new MathContext(60));
    double value = quotient.doubleValue();
    if (value == 0) {
      boolean isNegative = Numbers.big(left).signum() < 0 != Numbers.big(right).signum() < 0;
      return isNegative ? -0.0 : 0.0;
    }
    if (Double.isInfinite(value)) {
      throw new JinjaException("the quotient is too large for a float");
    }
    return value;
  }

  private static double floorQuotient(double a, double b) {
    double rest = a % b;
    double quotient = (a - rest) / b;
    if (rest != 0 && (b < 0) != (rest < 0)) {
      quotient -= 1;
    }
    if (quotient == 0) {
      return Math.copySign(0.0, a / b);
    }
    double floor = Math.floor(quotient);
    return quotient - floor > 0.5 ? floor + 1 : floor;
  }

  private static double remainder(double a, double b) {
    double rest = a % b;
    if (rest == 0) {
      return Math.copySign(0.0, b);
    }
    return (b < 0) != (rest < 0) ? rest + b : rest;
  }

  private static Object power(Object left, Object right, Rendering rendering) {
    BigInteger base = Numbers.big(left);
    BigInteger exponent = Numbers.big(right);
    if (exponent.signum() < 0) {
      return power(Numbers.toDouble(left), Numbers.toDouble(right));
    }
    if (base.bitLength() <= 1 && (base.signum() >= 0 || base.equals(BigInteger.ONE.negate()))) {
      if (base.signum() == 0) {
        return exponent.signum() == 0 ? 1L : 0L;
      }
      return base.signum() > 0 || !exponent.testBit(0) ? 1L : -1L;
    }
    long bits = exponent.bitLength() > 30 ? Long.MAX_VALUE / 4 : exponent.longValue();
    requireBits(product(Math.max(0, base.abs().bitLength() - 1), bits));
    rendering.step(1 + product(base.bitLength(), exponent.longValue()) / 16);
    return Numbers.whole(base.pow(exponent.intValueExact()));
  }

  private static double power(double base, double exponent) {
    if (base == 0 && exponent < 0) {
      throw new JinjaException("division by zero: a negative power of zero");
    }
    if (base == 1 || exponent == 0) {
      return 1;
    }
    boolean isFraction = exponent != Math.rint(exponent);
    if (base < 0 && isFraction && !Double.isInfinite(base) && !Double.isInfinite(exponent)) {
      throw new JinjaException("a broken power of a negative number is no real number");
    }
    if (base == -1 && Double.isInfinite(exponent)) {
      return 1;
    }
    double power = rightlyRounded(base, exponent);
    if (Double.isInfinite(power) && !Double.isInfinite(base) && !Double.isInfinite(exponent)) {
      throw new JinjaException("the power is too large for a float");
    }
    return power;
  }

  /** As the C library, which is nearer than half a unit and a bit. */
  private static double rightlyRounded(double base, double exponent) {
    double power = Math.pow(base, exponent);
    boolean isSmallWhole = exponent == Math.rint(exponent) && Math.abs(exponent) <= 64;
    if (!isSmallWhole || power == 0 || Double.isInfinite(power) || Double.isNaN(power)) {
      return power;
    }
    MathContext context = new MathContext(60);
    BigDecimal exact = new BigDecimal(base).pow((int) Math.abs(exponent), context);
    return (exponent < 0 ? BigDecimal.ONE.divide(exact, context) : exact).doubleValue();
  }
}
