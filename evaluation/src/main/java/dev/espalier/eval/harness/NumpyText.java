package dev.espalier.eval.harness;

import dev.espalier.jinja.PythonText;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/** A row of floats as numpy's {@code str} writes it: eight digits at most, in columns. */
final class NumpyText {
  private static final int DIGITS = 8;
  private static final int LINE = 75;
  private static final int MOST = 1000;
  private static final int ENDS = 3;

  private NumpyText() {}

  static String of(List<?> values) {
    double[] numbers = new double[values.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = ((Number) values.get(i)).doubleValue();
    }
    List<String> words = words(numbers);
    StringBuilder text = new StringBuilder();
    StringBuilder line = new StringBuilder("[");
    for (int i = 0; i < words.size(); i++) {
      boolean breaks = line.length() + words.get(i).length() > LINE - 1 && line.length() > 1;
      if (breaks) {
        text.append(line.toString().stripTrailing()).append('\n');
        line = new StringBuilder(" ");
      }
      line.append(words.get(i)).append(i + 1 < words.size() ? " " : "");
    }
    return text.append(line).append(']').toString();
  }

  private static List<String> words(double[] numbers) {
    if (numbers.length <= MOST) {
      return formatted(numbers);
    }
    double[] ends = new double[2 * ENDS];
    for (int i = 0; i < ENDS; i++) {
      ends[i] = numbers[i];
      ends[ENDS + i] = numbers[numbers.length - ENDS + i];
    }
    List<String> words = new ArrayList<>(formatted(ends));
    words.add(ENDS, "...");
    return words;
  }

  private static List<String> formatted(double[] numbers) {
    double largest = 0;
    double smallest = Double.POSITIVE_INFINITY;
    for (double number : numbers) {
      double size = Math.abs(number);
      if (size > 0 && !Double.isInfinite(size)) {
        largest = Math.max(largest, size);
        smallest = Math.min(smallest, size);
      }
    }
    boolean hasExponents =
        largest > 0 && (largest >= 1e8 || smallest < 1e-4 || largest / smallest > 1000);
    List<String> heads = new ArrayList<>();
    List<String> tails = new ArrayList<>();
    List<String> exponents = new ArrayList<>();
    for (double number : numbers) {
      boolean isFinite = !Double.isNaN(number) && !Double.isInfinite(number);
      String word =
          !isFinite ? PythonText.repr(number) : hasExponents ? scientific(number) : fixed(number);
      int e = isFinite ? word.indexOf('e') : -1;
      exponents.add(e < 0 ? "" : word.substring(e));
      String digits = e < 0 ? word : word.substring(0, e);
      int point = digits.indexOf('.');
      heads.add(isFinite ? digits.substring(0, point) : word);
      tails.add(isFinite ? digits.substring(point + 1) : "");
    }
    int width = heads.stream().mapToInt(String::length).max().orElse(0);
    int places = tails.stream().mapToInt(String::length).max().orElse(0);
    List<String> words = new ArrayList<>();
    for (int i = 0; i < numbers.length; i++) {
      boolean isFinite = !Double.isNaN(numbers[i]) && !Double.isInfinite(numbers[i]);
      String padding = (hasExponents ? "0" : " ").repeat(places - tails.get(i).length());
      String tail = isFinite ? "." + tails.get(i) + padding + exponents.get(i) : "";
      words.add(" ".repeat(width - heads.get(i).length()) + heads.get(i) + tail);
    }
    return words;
  }

  private static String fixed(double number) {
    BigDecimal shortest = new BigDecimal(PythonText.repr(number));
    BigDecimal cut =
        shortest.scale() > DIGITS
            ? new BigDecimal(number).setScale(DIGITS, RoundingMode.HALF_EVEN)
            : shortest;
    String text = cut.signum() == 0 ? "0" : cut.stripTrailingZeros().toPlainString();
    String signed = number < 0 && cut.signum() == 0 ? "-" + text : text;
    return signed.contains(".") ? signed : signed + ".";
  }

  private static String scientific(double number) {
    if (number == 0) {
      return "0.e+00";
    }
    BigDecimal shortest = new BigDecimal(PythonText.repr(number)).stripTrailingZeros();
    BigDecimal cut =
        shortest.precision() > DIGITS + 1
            ? new BigDecimal(number)
                .round(new java.math.MathContext(DIGITS + 1, RoundingMode.HALF_EVEN))
                .stripTrailingZeros()
            : shortest;
    int exponent = cut.precision() - cut.scale() - 1;
    String text = cut.movePointLeft(exponent).toPlainString();
    String sign = exponent < 0 ? "-" : "+";
    String size = Integer.toString(Math.abs(exponent));
    return (text.contains(".") ? text : text + ".")
        + "e"
        + sign
        + (size.length() < 2 ? "0" + size : size);
  }
}
