package dev.espalier.engine.constrain.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.EnumSet;

/** What a JSON value can be. The schema type {@code number} is two of these, which are disjoint. */
enum JsonType {
  NULL,
  BOOLEAN,
  /** A number without a fractional part, however it is written. */
  INTEGER,
  /** A number with a fractional part. */
  FRACTION,
  STRING,
  ARRAY,
  OBJECT;

  /** The types that a schema calls {@code name}. */
  static EnumSet<JsonType> named(String name) {
    return name.equals("number")
        ? EnumSet.of(INTEGER, FRACTION)
        : EnumSet.of(valueOf(name.toUpperCase(java.util.Locale.ROOT)));
  }

  static JsonType of(JsonNode value) {
    return switch (value.getNodeType()) {
      case NULL -> NULL;
      case BOOLEAN -> BOOLEAN;
      case STRING -> STRING;
      case ARRAY -> ARRAY;
      case OBJECT -> OBJECT;
      case NUMBER -> isIntegral(value.decimalValue()) ? INTEGER : FRACTION;
      default -> throw new IllegalArgumentException("no JSON value: " + value);
    };
  }

  static boolean isIntegral(BigDecimal number) {
    return number.signum() == 0 || number.stripTrailingZeros().scale() <= 0;
  }
}
