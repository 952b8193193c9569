package dev.espalier.yaml;

import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** YAML 1.1 as the safe loader of PyYAML reads it, with the tag {@code !function}. */
final class PyYamlSchema implements YamlSchema {
  private static final String FUNCTION = "!function";
  private static final Set<String> TAGS =
      Set.of("null", "bool", "int", "float", "str", "timestamp", "seq", "map");
  private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");
  private static final Set<String> TRUTHS =
      Set.of("yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON");
  private static final Set<String> FALSEHOODS =
      Set.of("no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF");
  private static final Pattern INTEGER =
      Pattern.compile(
          "[-+]?0b[01_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+"
              + "|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+");
  private static final Pattern FLOAT =
      Pattern.compile(
          "[-+]?[0-9][0-9_]*\\.[0-9_]*(?:[eE][-+][0-9]+)?|\\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?"
              + "|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\\.[0-9_]*"
              + "|[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN)");
  private static final Pattern TIMESTAMP =
      Pattern.compile(
          "([0-9]{4})-([0-9]{2})-([0-9]{2})"
              + "|([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[Tt]|[ \\t]+)"
              + "([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:\\.([0-9]*))?"
              + "(?:[ \\t]*(Z|([-+])([0-9][0-9]?)(?::([0-9][0-9]))?))?");

  @Override
  public String version() {
    return "1.1";
  }

  @Override
  public boolean reads(String version) {
    return version.startsWith("1.");
  }

  @Override
  public Object plain(String text) {
    if (NULLS.contains(text)) {
      return null;
    } else if (TRUTHS.contains(text)) {
      return true;
    } else if (FALSEHOODS.contains(text)) {
      return false;
    } else if (text.equals("=")) {
      throw new IllegalArgumentException("`=` alone has a meaning of its own in YAML 1.1");
    } else if ("+-.0123456789".indexOf(text.charAt(0)) < 0) {
      return text;
    } else if (FLOAT.matcher(text).matches()) {
      return floating(text);
    } else if (INTEGER.matcher(text).matches()) {
      return integer(text);
    }
    Matcher timestamp = TIMESTAMP.matcher(text);
    return timestamp.matches() ? timestamp(text, timestamp) : text;
  }

  private static String unsigned(String text) {
    return text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
  }

  private static Number integer(String written) {
    String text = written.replace("_", "");
    String digits = unsigned(text);
    BigInteger value;
    if (digits.startsWith("0b")) {
      value = parsed(written, digits.substring(2), 2);
    } else if (digits.startsWith("0x")) {
      value = parsed(written, digits.substring(2), 16);
    } else if (digits.contains(":")) {
      value = BigInteger.ZERO;
      for (String part : digits.split(":", -1)) {
        value = value.multiply(BigInteger.valueOf(60)).add(parsed(written, part, 10));
      }
    } else {
      boolean isOctal = digits.startsWith("0") && digits.length() > 1;
      value = parsed(written, digits, isOctal ? 8 : 10);
    }
    value = text.startsWith("-") ? value.negate() : value;
    return value.bitLength() < Long.SIZE ? (Number) value.longValue() : value;
  }

  private static BigInteger parsed(String written, String digits, int radix) {
    CoreSchema.checkDigits(digits);
    try {
      return new BigInteger(digits, radix);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("`" + written + "` is a number without digits", e);
    }
  }

  private static Double floating(String written) {
    String text = written.replace("_", "").toLowerCase(Locale.ROOT);
    double sign = text.startsWith("-") ? -1 : 1;
    String digits = unsigned(text);
    if (digits.equals(".inf")) {
      return sign * Double.POSITIVE_INFINITY;
    } else if (digits.equals(".nan")) {
      return Double.NaN;
    } else if (!digits.contains(":")) {
      return sign * Double.parseDouble(digits);
    }
    double value = 0;
    double base = 1;
    List<String> parts = List.of(digits.split(":", -1));
    for (int i = parts.size() - 1; i >= 0; i--) {
      value += Double.parseDouble(parts.get(i)) * base;
      base *= 60;
    }
    return sign * value;
  }

  /** What {@code str} makes of Python's date or time. */
  private static String timestamp(String written, Matcher match) {
    try {
      if (match.group(1) != null) {
        return LocalDate.of(number(match, 1), number(match, 2), number(match, 3)).toString();
      }
      String fraction = match.group(10) == null ? "" : match.group(10);
      String micros = (fraction + "000000").substring(0, 6);
      LocalDateTime time =
          LocalDateTime.of(
              number(match, 4),
              number(match, 5),
              number(match, 6),
              number(match, 7),
              number(match, 8),
              number(match, 9));
      return time.toLocalDate()
          + String.format(
              Locale.ROOT, " %02d:%02d:%02d", time.getHour(), time.getMinute(), time.getSecond())
          + (micros.equals("000000") ? "" : "." + micros)
          + offset(match);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("`" + written + "` is no date", e);
    }
  }

  private static String offset(Matcher match) {
    if (match.group(11) == null) {
      return "";
    } else if (match.group(12) == null) {
      return "+00:00";
    }
    int minutes = match.group(14) == null ? 0 : number(match, 14);
    return String.format(Locale.ROOT, "%s%02d:%02d", match.group(12), number(match, 13), minutes);
  }

  private static int number(Matcher match, int group) {
    return Integer.parseInt(match.group(group));
  }

  @Override
  public boolean allows(String tag) {
    return tag.equals(FUNCTION)
        || (tag.startsWith(CoreSchema.PREFIX)
            && TAGS.contains(tag.substring(CoreSchema.PREFIX.length())));
  }

  @Override
  public Object tagged(String tag, String text) {
    String type = tag.equals(FUNCTION) ? "str" : tag.substring(CoreSchema.PREFIX.length());
    return CoreSchema.tagged(type, text, type.equals("str") ? text : plain(text));
  }

  @Override
  public boolean lastOfEqualKeys() {
    return true;
  }
}
