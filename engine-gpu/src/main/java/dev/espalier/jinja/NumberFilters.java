package dev.espalier.jinja;

import java.util.Map;

/** Filters of numbers. */
final class NumberFilters {
  private static final String[] DECIMAL = {"kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"};
  private static final String[] BINARY = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"};

  private NumberFilters() {}

  static void addTo(Map<String, Filters.Filter> all) {
    Filters.add(all, "abs", "", (v, g, r) -> absolute(v));
    Filters.add(all, "round", "precision? method?", NumberFilters::round);
    Filters.add(all, "int", "default? base?", NumberFilters::whole);
    Filters.add(all, "float", "default?", NumberFilters::floating);
    Filters.add(all, "filesizeformat", "binary?", NumberFilters::fileSize);
  }

  private static Object requireNumber(Object value) {
    if (!Types.isNumber(value)) {
      if (value instanceof Undefined undefined) {
        throw undefined.error();
      }
      throw new JinjaException(Types.described(value) + " is no number");
    }
    return Numbers.plain(value);
  }

  private static Object absolute(Object value) {
    Object number = requireNumber(value);
    return number instanceof Double d ? Math.abs(d) : Numbers.whole(Numbers.big(number).abs());
  }

  private static Object round(Object value, Given given, Rendering rendering) {
    Object method = given.get(1, "common");
    String how = Types.isText(method) ? Types.text(method) : "";
    if (how.equals("common")) {
      Object number = requireNumber(value);
      if (given.has(0) && given.get(0) == null) {
        return number instanceof Double ? Numbers.truncated(Numbers.rounded(number, 0)) : number;
      }
      return Numbers.rounded(number, given.integer(0, 0));
    }
    if (!how.equals("ceil") && !how.equals("floor")) {
      throw new JinjaException("the method must be common, ceil or floor");
    }
    Object scale = Arithmetic.apply("**", 10L, given.get(0, 0L), rendering);
    Object scaled = requireNumber(Arithmetic.apply("*", value, scale, rendering));
    if (scaled instanceof Double d) {
      scaled = Numbers.truncated(how.equals("ceil") ? Math.ceil(d) : Math.floor(d));
    }
    return Arithmetic.apply("/", scaled, scale, rendering);
  }

  private static Object whole(Object value, Given given, Rendering rendering) {
    Object otherwise = given.get(0, 0L);
    if (Types.isText(value)) {
      String text = Types.text(value);
      rendering.characters(text.length());
      long base = given.integer(1, 10);
      boolean isBase = base == 0 || (base >= 2 && base <= 36);
      Object number = isBase ? Numbers.parseWhole(text, (int) base) : null;
      if (number != null) {
        return number;
      }
      Double floating = Numbers.parseFloat(text);
      boolean isFinite = floating != null && !floating.isNaN() && !floating.isInfinite();
      return isFinite ? Numbers.truncated(floating) : otherwise;
    }
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (!Types.isNumber(value)) {
      return otherwise;
    }
    Object number = Numbers.plain(value);
    if (number instanceof Double d && Double.isNaN(d)) {
      return otherwise;
    }
    return Numbers.truncated(number);
  }

  private static Object floating(Object value, Given given, Rendering rendering) {
    Object otherwise = given.get(0, 0.0);
    if (Types.isText(value)) {
      String text = Types.text(value);
      rendering.characters(text.length());
      Double number = Numbers.parseFloat(text);
      return number == null ? otherwise : number;
    }
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
    return Types.isNumber(value) ? (Object) Numbers.toDouble(value) : otherwise;
  }

  private static Object fileSize(Object value, Given given, Rendering rendering) {
    boolean binary = given.isTrue(0, rendering);
    Double size = null;
    if (Types.isText(value)) {
      size = Numbers.parseFloat(Types.text(value));
    } else if (Types.isNumber(value)) {
      size = Numbers.toDouble(value);
    } else if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (size == null) {
      throw new JinjaException(Types.described(value) + " is no size");
    }
    double base = binary ? 1024 : 1000;
    if (size == 1) {
      return "1 Byte";
    }
    if (size < base) {
      return Numbers.text(Numbers.truncated(size)) + " Bytes";
    }
    double unit = base;
    for (String prefix : binary ? BINARY : DECIMAL) {
      unit *= base;
      boolean isLast = prefix.startsWith("Y");
      if (size < unit || isLast) {
        return FloatFormat.of(base * size / unit, 'f', 1, false) + " " + prefix;
      }
    }
    throw new JinjaException("the size is no number");
  }
}
