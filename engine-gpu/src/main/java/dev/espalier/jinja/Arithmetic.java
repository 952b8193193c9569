package dev.espalier.jinja;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/** Python's arithmetic on numbers, strings and lists. */
final class Arithmetic {
  /** Enough for padding; a template that asks for more would only fill the memory. */
  private static final long MAX_TIMES = 1_000_000;

  private Arithmetic() {}

  /**
   * @param operator one of {@code + - * / // % **}
   */
  static Object apply(String operator, Object left, Object right) {
    Values.requireDefined(left, right);
    if (Values.isNumber(left) && Values.isNumber(right)) {
      return ofNumbers(operator, Values.number(left), Values.number(right));
    }
    if (operator.equals("+") && left instanceof String a && right instanceof String b) {
      return a + b;
    }
    if (operator.equals("+") && left instanceof List<?> a && right instanceof List<?> b) {
      List<Object> joined = new ArrayList<>(a);
      joined.addAll(b);
      return joined;
    }
    if (operator.equals("*") && left instanceof String text && right instanceof Long times) {
      return text.repeat((int) Math.max(0, Math.min(times, MAX_TIMES)));
    }
    if (operator.equals("*") && left instanceof List<?> items && right instanceof Long times) {
      return Collections.nCopies((int) Math.max(0, Math.min(times, MAX_TIMES)), items).stream()
          .flatMap(List::stream)
          .collect(Collectors.toList());
    }
    if (operator.equals("*") && left instanceof Long && !(right instanceof Long)) {
      return apply(operator, right, left);
    }
    throw new JinjaException(
        Values.typeName(left) + " " + operator + " " + Values.typeName(right) + " is not possible");
  }

  private static Object ofNumbers(String operator, Number left, Number right) {
    boolean isDivision = operator.equals("/") || operator.equals("//") || operator.equals("%");
    if (isDivision && right.doubleValue() == 0) {
      throw new JinjaException("division by zero");
    }
    boolean isWhole = left instanceof Long && right instanceof Long && !operator.equals("/");
    if (isWhole && !(operator.equals("**") && right.longValue() < 0)) {
      return ofWholeNumbers(operator, left.longValue(), right.longValue());
    }
    double a = left.doubleValue();
    double b = right.doubleValue();
    return switch (operator) {
      case "+" -> a + b;
      case "-" -> a - b;
      case "*" -> a * b;
      case "/" -> a / b;
      case "//" -> Math.floor(a / b);
      case "%" -> a - b * Math.floor(a / b);
      case "**" -> Math.pow(a, b);
      default -> throw new IllegalArgumentException(operator);
    };
  }

  private static Object ofWholeNumbers(String operator, long a, long b) {
    try {
      return switch (operator) {
        case "+" -> Math.addExact(a, b);
        case "-" -> Math.subtractExact(a, b);
        case "*" -> Math.multiplyExact(a, b);
        case "//" -> Math.floorDiv(a, b);
        case "%" -> Math.floorMod(a, b);
        case "**" -> BigInteger.valueOf(a).pow(Math.toIntExact(b)).longValueExact();
        default -> throw new IllegalArgumentException(operator);
      };
    } catch (ArithmeticException e) {
      throw new JinjaException(a + " " + operator + " " + b + " is too large");
    }
  }
}
