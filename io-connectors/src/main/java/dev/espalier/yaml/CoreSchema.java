package dev.espalier.yaml;

import java.math.BigInteger;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** YAML 1.2, section 10.3. */
final class CoreSchema implements YamlSchema {
  static final String PREFIX = "tag:yaml.org,2002:";

  /** As many as Python reads; reading takes time with their square. */
  private static final int MOST_DIGITS = 4300;

  private static final Set<String> TAGS =
      Set.of("null", "bool", "int", "float", "str", "seq", "map");
  private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");
  private static final Set<String> TRUTHS = Set.of("true", "True", "TRUE");
  private static final Set<String> FALSEHOODS = Set.of("false", "False", "FALSE");
  private static final Pattern DECIMAL = Pattern.compile("[-+]?[0-9]++");
  private static final Pattern OCTAL = Pattern.compile("0o[0-7]++");
  private static final Pattern HEXADECIMAL = Pattern.compile("0x[0-9a-fA-F]++");
  private static final Pattern FLOAT =
      Pattern.compile("[-+]?(\\.[0-9]++|[0-9]++(\\.[0-9]*+)?)([eE][-+]?[0-9]++)?");
  private static final Pattern INFINITY = Pattern.compile("[-+]?\\.(inf|Inf|INF)");
  private static final Set<String> NANS = Set.of(".nan", ".NaN", ".NAN");

  @Override
  public String version() {
    return "1.2";
  }

  @Override
  public boolean reads(String version) {
    return version.equals(version());
  }

  @Override
  public Object plain(String text) {
    if (NULLS.contains(text)) {
      return null;
    } else if (TRUTHS.contains(text)) {
      return true;
    } else if (FALSEHOODS.contains(text)) {
      return false;
    }
    Number number = mayBeNumber(text) ? number(text) : null;
    return number == null ? text : number;
  }

  private static boolean mayBeNumber(String text) {
    return "+-.0123456789".indexOf(text.charAt(0)) >= 0;
  }

  /** A number, or null. */
  private static Number number(String text) {
    if (DECIMAL.matcher(text).matches()) {
      return integer(text, 0, 10);
    } else if (OCTAL.matcher(text).matches()) {
      return integer(text, 2, 8);
    } else if (HEXADECIMAL.matcher(text).matches()) {
      return integer(text, 2, 16);
    } else if (FLOAT.matcher(text).matches()) {
      return Double.valueOf(text);
    } else if (INFINITY.matcher(text).matches()) {
      return text.charAt(0) == '-' ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    return NANS.contains(text) ? Double.NaN : null;
  }

  static void checkDigits(String text) {
    if (text.length() > MOST_DIGITS) {
      throw new IllegalArgumentException(
          "a whole number has " + text.length() + " digits, more than " + MOST_DIGITS);
    }
  }

  private static Number integer(String text, int from, int radix) {
    checkDigits(text);
    BigInteger value = new BigInteger(text.substring(from), radix);
    return value.bitLength() < Long.SIZE ? (Number) value.longValue() : value;
  }

  @Override
  public boolean allows(String tag) {
    return tag.startsWith(PREFIX) && TAGS.contains(tag.substring(PREFIX.length()));
  }

  @Override
  public Object tagged(String tag, String text) {
    return tagged(tag.substring(PREFIX.length()), text, plain(text));
  }

  /**
   * @param value of {@code text} without the tag
   */
  static Object tagged(String type, String text, Object value) {
    boolean fits =
        switch (type) {
          case "null" -> value == null;
          case "bool" -> value instanceof Boolean;
          case "int" -> value instanceof Long || value instanceof BigInteger;
          case "float" -> value instanceof Number;
          default -> true;
        };
    if (!fits) {
      throw new IllegalArgumentException(
          "`" + shortened(text) + "` is no " + type.toLowerCase(Locale.ROOT));
    }
    if (type.equals("str")) {
      return text;
    }
    return type.equals("float") ? (Object) ((Number) value).doubleValue() : value;
  }

  private static String shortened(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }

  @Override
  public boolean lastOfEqualKeys() {
    return false;
  }
}
