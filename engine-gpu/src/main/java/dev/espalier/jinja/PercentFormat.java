package dev.espalier.jinja;

import java.math.BigInteger;
import java.util.List;
import java.util.Locale;

/** Python's {@code text % values}. */
final class PercentFormat {
  private final String format;
  private final List<?> values;

  /** The one that names in parentheses are looked up in; null if there is none. */
  private final Object mapping;

  private final boolean escapes;
  private final Rendering rendering;
  private int nextValue;
  private int position;

  private PercentFormat(Object format, Object values, Rendering rendering) {
    this.format = Types.text(format);
    this.escapes = format instanceof Markup;
    this.values =
        values instanceof Tuple tuple ? tuple : java.util.Collections.singletonList(values);
    boolean isMapping =
        values instanceof Dict
            || Types.isList(values)
            || values instanceof Range
            || values instanceof Undefined;
    this.mapping = isMapping ? values : null;
    this.rendering = rendering;
  }

  static Object format(Object format, Object values, Rendering rendering) {
    PercentFormat percent = new PercentFormat(format, values, rendering);
    String text = percent.filled();
    return percent.escapes ? new Markup(text) : text;
  }

  private String filled() {
    StringBuilder text = new StringBuilder();
    boolean usesMapping = false;
    while (position < format.length()) {
      char c = format.charAt(position++);
      if (c != '%') {
        text.append(c);
        continue;
      }
      usesMapping |= position < format.length() && format.charAt(position) == '(';
      String piece = conversion();
      rendering.characters((long) text.length() + piece.length(), piece.length());
      text.append(piece);
    }
    if (!usesMapping && mapping == null && nextValue < values.size()) {
      throw new JinjaException("not all values are used in the format");
    }
    return text.toString();
  }

  private static JinjaException broken(String reason) {
    return new JinjaException("the format is broken: " + reason);
  }

  private char take() {
    if (position >= format.length()) {
      throw broken("it ends behind a %");
    }
    return format.charAt(position++);
  }

  private Object value() {
    if (nextValue >= values.size()) {
      throw broken("there are too few values");
    }
    return values.get(nextValue++);
  }

  private String conversion() {
    Object named = Frame.MISSING;
    char c = take();
    if (c == '%') {
      return "%";
    }
    if (c == '(') {
      named = named();
      c = take();
    }
    String flags = "";
    while ("-+ #0".indexOf(c) >= 0) {
      flags += c;
      c = take();
    }
    position--;
    long width = number();
    if (width < 0 && width != Long.MIN_VALUE) {
      flags += "-";
      width = -width;
    }
    long precision = -1;
    if (take() == '.') {
      precision = Math.max(0, number());
    } else {
      position--;
    }
    c = take();
    if ("hlL".indexOf(c) >= 0) {
      c = take();
    }
    if ("diuoxXeEfFgGcrsa".indexOf(c) < 0) {
      throw broken("there is no conversion " + c);
    }
    Object value = named == Frame.MISSING ? value() : named;
    width = Math.max(0, width);
    rendering.characters(Math.max(width, precision));
    return padded(piece(value, c, flags, precision), flags, width, c);
  }

  private Object named() {
    if (mapping == null) {
      throw broken("names need a mapping");
    }
    int from = position;
    for (int open = 1; open > 0; ) {
      char c = take();
      open += c == '(' ? 1 : c == ')' ? -1 : 0;
    }
    String name = format.substring(from, position - 1);
    if (mapping instanceof Undefined undefined) {
      throw undefined.error();
    }
    Object value = mapping instanceof Dict dict ? dict.get(name, Frame.MISSING) : Frame.MISSING;
    if (value == Frame.MISSING) {
      throw broken("there is no value '" + name + "'");
    }
    return value;
  }

  /** A width or a precision; {@link Long#MIN_VALUE} if there is none. */
  private long number() {
    if (position < format.length() && format.charAt(position) == '*') {
      position++;
      Object given = value();
      if (!Types.isWhole(given)) {
        throw broken("* wants an integer");
      }
      return Numbers.index(given);
    }
    int from = position;
    while (position < format.length()
        && format.charAt(position) >= '0'
        && format.charAt(position) <= '9') {
      position++;
    }
    if (from == position) {
      return Long.MIN_VALUE;
    }
    return position - from > 10
        ? Integer.MAX_VALUE
        : Long.parseLong(format.substring(from, position));
  }

  /** The piece before it is padded: its sign and base, and the rest behind a zero character. */
  private String piece(Object value, char type, String flags, long precision) {
    return switch (type) {
      case 's' -> cut(shown(value, false), precision);
      case 'r' -> cut(shown(value, true), precision);
      case 'a' -> cut(ascii(shown(value, true)), precision);
      case 'c' -> character(value);
      case 'd', 'i', 'u' -> whole(truncated(value), type, flags, precision);
      case 'o', 'x', 'X' -> {
        if (!Types.isWhole(value) || escapes) {
          throw new JinjaException("the conversion " + type + " wants an integer");
        }
        yield whole(Numbers.big(value), type, flags, precision);
      }
      default -> floating(value, type, flags, precision);
    };
  }

  private String shown(Object value, boolean isRepr) {
    if (!escapes) {
      return isRepr ? Repr.of(value, rendering) : Repr.text(value, rendering);
    }
    return Markup.escape(isRepr ? Repr.of(value, rendering) : value, rendering);
  }

  private static String cut(String text, long precision) {
    if (precision < 0 || precision >= TextMethods.length(text)) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, (int) precision));
  }

  private String character(Object value) {
    if (Types.isText(value) && !escapes && TextMethods.length(Types.text(value)) == 1) {
      return Types.text(value);
    }
    if (!Types.isWhole(value) || escapes) {
      throw new JinjaException("the conversion c wants a character");
    }
    long code = Numbers.index(value);
    if (code < 0 || code > Character.MAX_CODE_POINT) {
      throw new JinjaException(code + " is no character");
    }
    return Character.toString((int) code);
  }

  private BigInteger truncated(Object value) {
    if (escapes && Types.isText(value)) {
      Object whole = Numbers.parseWhole(Types.text(value), 10);
      if (whole != null) {
        return Numbers.big(whole);
      }
    }
    requireNumber(value);
    return Numbers.big(Numbers.truncated(value));
  }

  private static void requireNumber(Object value) {
    if (!Types.isNumber(value)) {
      if (value instanceof Undefined undefined) {
        throw undefined.error();
      }
      throw new JinjaException("the format wants a number, not " + Types.described(value));
    }
  }

  private String whole(BigInteger value, char type, String flags, long precision) {
    String digits =
        switch (type) {
          case 'o' -> value.abs().toString(8);
          case 'x', 'X' -> value.abs().toString(16);
          default -> Numbers.text(Numbers.whole(value.abs()));
        };
    if (precision > digits.length()) {
      digits = "0".repeat((int) precision - digits.length()) + digits;
    }
    boolean hasBase = flags.contains("#") && "oxX".indexOf(type) >= 0;
    String base = hasBase ? "0" + Character.toLowerCase(type) : "";
    String text = sign(value.signum() < 0, flags) + base + "\0" + digits;
    return type == 'X' ? text.toUpperCase(Locale.ROOT) : text;
  }

  private String floating(Object value, char type, String flags, long precision) {
    Object number = value;
    if (escapes && Types.isText(value)) {
      number = Numbers.parseFloat(Types.text(value));
    }
    requireNumber(number);
    double plain = Numbers.toDouble(number);
    boolean isNegative = plain < 0 || (plain == 0 && 1 / plain < 0);
    char form = Character.toLowerCase(type);
    String digits = FloatFormat.of(Math.abs(plain), form, precision, flags.contains("#"));
    String text = sign(isNegative, flags) + "\0" + digits;
    return Character.isUpperCase(type) ? text.toUpperCase(Locale.ROOT) : text;
  }

  private static String sign(boolean isNegative, String flags) {
    return isNegative ? "-" : flags.contains("+") ? "+" : flags.contains(" ") ? " " : "";
  }

  private String padded(String piece, String flags, long width, char type) {
    boolean isNumber = "diuoxXeEfFgG".indexOf(type) >= 0;
    int head = isNumber ? piece.indexOf('\0') : 0;
    String text = isNumber ? piece.substring(0, head) + piece.substring(head + 1) : piece;
    if (flags.contains("-")) {
      return TextMethods.padded(text, width, " ", '<', rendering);
    }
    if (isNumber && flags.contains("0")) {
      String rest = TextMethods.padded(text.substring(head), width - head, "0", '>', rendering);
      return text.substring(0, head) + rest;
    }
    return TextMethods.padded(text, width, " ", '>', rendering);
  }

  /** With escapes for what is not ASCII. */
  static String ascii(String repr) {
    StringBuilder ascii = new StringBuilder();
    repr.codePoints()
        .forEach(
            c -> {
              if (c < 0x80) {
                ascii.append((char) c);
              } else {
                ascii.append(Repr.escaped(c));
              }
            });
    return ascii.toString();
  }
}
