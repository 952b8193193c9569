package dev.espalier.jinja;

import java.math.BigInteger;
import java.util.ArrayList;

/** What kinds of values there are, with their names in Python. */
final class Types {
  private Types() {}

  static boolean isText(Object value) {
    return value instanceof String || value instanceof Markup;
  }

  /** The characters of a text. */
  static String text(Object value) {
    return value instanceof Markup markup ? markup.text() : (String) value;
  }

  static String requireText(Object value) {
    if (isText(value)) {
      return text(value);
    }
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
    throw new JinjaException(described(value) + " is no text");
  }

  static boolean isList(Object value) {
    return value instanceof ArrayList<?>;
  }

  /** Whether it is a number; the truth values are. */
  static boolean isNumber(Object value) {
    return isWhole(value) || isFloat(value);
  }

  static boolean isWhole(Object value) {
    return value instanceof Boolean
        || value instanceof Long
        || value instanceof BigInteger
        || (value instanceof SpelledNumber number && !(number.value() instanceof Double));
  }

  static boolean isFloat(Object value) {
    return value instanceof Double
        || (value instanceof SpelledNumber number && number.value() instanceof Double);
  }

  /** Python's name of the type. */
  static String name(Object value) {
    if (value == null) {
      return "NoneType";
    } else if (value instanceof String) {
      return "str";
    } else if (value instanceof Markup) {
      return "Markup";
    } else if (value instanceof Boolean) {
      return "bool";
    } else if (isWhole(value)) {
      return "int";
    } else if (isFloat(value)) {
      return "float";
    } else if (isList(value)) {
      return "list";
    } else if (value instanceof Tuple) {
      return "tuple";
    } else if (value instanceof Dict) {
      return "dict";
    } else if (value instanceof Range) {
      return "range";
    } else if (value instanceof View view) {
      return view.typeName();
    } else if (value instanceof Generator generator) {
      return generator.typeName();
    } else if (value instanceof Undefined) {
      return "Undefined";
    }
    return value.getClass().getSimpleName().isEmpty() || value.getClass().isSynthetic()
        ? "function"
        : value.getClass().getSimpleName();
  }

  /** For messages. */
  static String described(Object value) {
    if (value == null) {
      return "null";
    }
    if (value instanceof Undefined undefined) {
      return undefined.path().isEmpty()
          ? "an undefined value"
          : "the undefined " + undefined.path();
    }
    return switch (name(value)) {
      case "str", "Markup" -> "a text";
      case "bool" -> "a truth value";
      case "int" -> "an integer";
      case "float" -> "a float";
      case "list" -> "a list";
      case "tuple" -> "a tuple";
      case "dict" -> "a mapping";
      case "range" -> "a range";
      case "Macro" -> "a macro";
      case "Namespace" -> "a namespace";
      case "Loop" -> "the loop";
      case "function" -> "a function";
      case "Cycler" -> "a cycler";
      case "Joiner" -> "a joiner";
      default -> "an iterator";
    };
  }
}
