package dev.espalier.jinja;

import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Python's format specification: {@code [[fill]align][sign][z][#][0][width][grouping][.precision]
 * [type]}.
 *
 * @param align {@code <}, {@code >}, {@code ^}, {@code =}, or 0 if none is given
 * @param grouping {@code ,} or {@code _}, or 0
 * @param precision below 0 if none is given
 * @param type 0 if none is given
 */
record FormatSpec(
    String fill,
    char align,
    char sign,
    boolean noNegativeZero,
    boolean alternate,
    long width,
    char grouping,
    long precision,
    char type) {
  private static final Pattern SPEC =
      Pattern.compile(
          "(?s)(?:(.)?([<>=^]))?([-+ ])?(z)?(#)?(0)?([0-9]+)?([,_])?(?:\\.([0-9]+))?(.)?");

  static FormatSpec parse(String spec) {
    Matcher parts = SPEC.matcher(spec);
    if (!parts.matches()) {
      throw new JinjaException("'" + spec + "' is no format");
    }
    char align = first(parts.group(2));
    String fill = parts.group(1);
    boolean zero = parts.group(6) != null;
    if (fill == null) {
      fill = zero ? "0" : " ";
    }
    return new FormatSpec(
        fill,
        align == 0 && zero ? '0' : align,
        first(parts.group(3)),
        parts.group(4) != null,
        parts.group(5) != null,
        number(parts.group(7), 0),
        first(parts.group(8)),
        number(parts.group(9), -1),
        first(parts.group(10)));
  }

  private static char first(String group) {
    return group == null ? 0 : group.charAt(0);
  }

  private static long number(String digits, long otherwise) {
    if (digits == null) {
      return otherwise;
    }
    return digits.length() > 10 ? Integer.MAX_VALUE : Long.parseLong(digits);
  }

  /** Python's {@code format(value, spec)}. */
  static String format(Object value, String spec, Rendering rendering) {
    if (spec.isEmpty()) {
      return Repr.text(value, rendering);
    }
    if (Types.isText(value)) {
      return parse(spec).text(Types.text(value), rendering);
    }
    if (Types.isNumber(value)) {
      return parse(spec).number(Numbers.plain(value), rendering);
    }
    throw new JinjaException("the format '" + spec + "' is not for " + Types.described(value));
  }

  private String text(String value, Rendering rendering) {
    boolean forbidden = sign != 0 || noNegativeZero || alternate || grouping != 0 || align == '=';
    if (forbidden || (type != 0 && type != 's')) {
      throw new JinjaException("this format is not for a text");
    }
    String cut = value;
    if (precision >= 0 && precision < TextMethods.length(value)) {
      cut = value.substring(0, value.offsetByCodePoints(0, (int) precision));
    }
    char side = align == 0 || align == '0' ? '<' : align;
    return TextMethods.padded(cut, width, fill, side, rendering);
  }

  private String number(Object value, Rendering rendering) {
    rendering.characters(Math.max(width, precision));
    boolean isWholeType = type != 0 && "bcdoxXn".indexOf(type) >= 0;
    if (value instanceof Double number) {
      if (isWholeType && type != 'n') {
        throw new JinjaException("the format '" + type + "' is not for a float");
      }
      return padded(floating(number), rendering);
    }
    if (type != 0 && !isWholeType) {
      if ("eEfFgG%".indexOf(type) < 0) {
        throw new JinjaException("the format '" + type + "' is not for an integer");
      }
      return padded(floating(Numbers.toDouble(value)), rendering);
    }
    return padded(whole(value), rendering);
  }

  /**
   * @param prefix sign and base
   * @param digits those that are grouped
   */
  private record Parts(String prefix, String digits, String rest) {}

  private Parts whole(Object value) {
    if (precision >= 0 || noNegativeZero) {
      throw new JinjaException("an integer has no precision");
    }
    BigInteger number = Numbers.big(value);
    if (type == 'c') {
      boolean isCharacter = number.signum() >= 0 && number.bitLength() <= 21;
      if (sign != 0 || alternate || grouping != 0) {
        throw new JinjaException("this format is not for a character");
      }
      if (!isCharacter || number.intValue() > Character.MAX_CODE_POINT) {
        throw new JinjaException(number + " is no character");
      }
      return new Parts("", "", Character.toString(number.intValue()));
    }
    if ((grouping == ',' && "box".indexOf(Character.toLowerCase(type)) >= 0 && type != 0)
        || (grouping != 0 && type == 'n')) {
      throw new JinjaException("the format cannot group these digits");
    }
    String digits;
    String base = "";
    switch (type) {
      case 'b' -> {
        digits = number.abs().toString(2);
        base = "0b";
      }
      case 'o' -> {
        digits = number.abs().toString(8);
        base = "0o";
      }
      case 'x', 'X' -> {
        digits = number.abs().toString(16);
        base = "0x";
      }
      default -> digits = Numbers.text(Numbers.whole(number.abs()));
    }
    String prefix = sign(number.signum() < 0) + (alternate ? base : "");
    return type == 'X'
        ? new Parts(prefix.toUpperCase(Locale.ROOT), digits.toUpperCase(Locale.ROOT), "")
        : new Parts(prefix, digits, "");
  }

  private String sign(boolean isNegative) {
    return isNegative ? "-" : sign == '+' ? "+" : sign == ' ' ? " " : "";
  }

  private Parts floating(double value) {
    char form = type == 'n' ? 'g' : type;
    if ((grouping != 0 && type == 'n') || ("eEfFgG%".indexOf(form) < 0 && form != 0)) {
      throw new JinjaException("the format '" + type + "' is not for a float");
    }
    boolean isUpper = Character.isUpperCase(form);
    String text =
        FloatFormat.of(
            Math.abs(form == '%' ? value * 100 : value),
            Character.toLowerCase(form == '%' ? 'f' : form),
            precision,
            alternate);
    boolean isNegative = value < 0 || (value == 0 && 1 / value < 0);
    if (noNegativeZero && text.chars().noneMatch(c -> c >= '1' && c <= '9')) {
      isNegative = isNegative && Double.isInfinite(value);
    }
    int end = 0;
    while (end < text.length() && Character.isDigit(text.charAt(end))) {
      end++;
    }
    String rest = text.substring(end) + (type == '%' ? "%" : "");
    rest = isUpper ? rest.toUpperCase(Locale.ROOT) : rest;
    return new Parts(sign(isNegative), text.substring(0, end), rest);
  }

  private String padded(Parts parts, Rendering rendering) {
    boolean fillsDigits = align == '0' || (align == '=' && fill.equals("0"));
    int fixed = parts.prefix.length() + parts.rest.length();
    String digits = parts.digits;
    if (grouping != 0) {
      int size = "boxX".indexOf(type) >= 0 && type != 0 ? 4 : 3;
      digits = grouped(digits, size, fillsDigits ? width - fixed : 0);
    }
    String body = digits + parts.rest;
    if (align == '0' || align == '=') {
      long rest = width - TextMethods.length(parts.prefix);
      return parts.prefix + TextMethods.padded(body, rest, fill, '>', rendering);
    }
    char side = align == 0 ? '>' : align;
    return TextMethods.padded(parts.prefix + body, width, fill, side, rendering);
  }

  /** With separators, and zeros in front up to the width. */
  private String grouped(String digits, int size, long least) {
    if (digits.isEmpty()) {
      return digits;
    }
    StringBuilder all = new StringBuilder();
    int count = 0;
    for (int i = digits.length() - 1; i >= 0 || all.length() < least; i--) {
      if (count > 0 && count % size == 0) {
        all.append(grouping);
      }
      all.append(i >= 0 ? digits.charAt(i) : '0');
      count++;
    }
    return all.reverse().toString();
  }
}
