package dev.espalier.engine.constrain.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Equality of JSON values, and the one way in which given values are written. */
final class JsonValues {
  private static final int MAX_DIGITS = 1000;

  private JsonValues() {}

  /** Equal as JSON Schema has it: numbers by value. For values that hold no others. */
  static boolean areEqual(JsonNode a, JsonNode b) {
    if (a.isNumber() && b.isNumber()) {
      return a.decimalValue().compareTo(b.decimalValue()) == 0;
    }
    return a.equals(b);
  }

  /** What equal values have alike, and no others; for values that hold no others. */
  static Object key(JsonNode value) {
    if (!value.isNumber()) {
      return value;
    }
    BigDecimal number = value.decimalValue();
    return number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
  }

  static Set<Object> keys(List<JsonNode> values) {
    return values.stream().map(JsonValues::key).collect(Collectors.toSet());
  }

  /** {@code number} in plain digits, without zeros at the end of a fraction. */
  static String plain(BigDecimal number) {
    BigDecimal stripped = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
    if (Math.abs((long) stripped.scale()) > MAX_DIGITS || stripped.precision() > MAX_DIGITS) {
      throw new SchemaException("", "a number with more than " + MAX_DIGITS + " digits: " + number);
    }
    return stripped.toPlainString();
  }

  /** {@code text} in quotes, with the shortest escapes, and only where one is needed. */
  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints()
        .forEach(
            c -> {
              int escape = JsonStringEncoding.SHORT_ESCAPED.indexOf(c);
              if (escape >= 0 && c != '/') {
                quoted.append('\\').append(JsonStringEncoding.SHORT_ESCAPES.charAt(escape));
              } else if (c < 0x20) {
                quoted.append("\\u%04x".formatted(c));
              } else {
                quoted.appendCodePoint(c);
              }
            });
    return quoted.append('"').toString();
  }
}
