package dev.espalier.io.read;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * JSON objects as maps. An integer that fits is a Long. Another number is a Double if that, to as
 * many digits as are written, is the same number; one that neither holds (an integer beyond 64
 * bits, a decimal of more digits than a Double has, a magnitude beyond it) stays the text it is, so
 * that no digit is lost. A name twice in an object is an error.
 */
final class JsonObjects {
  /** Objects and lists within each other. */
  static final int MAX_NESTING = 1000;

  /** So many digits are the same after a Double and back. */
  private static final int SAFE_DIGITS = 15;

  /** Every Double has fewer, all of them written; the time to read a decimal grows faster. */
  private static final int MAX_DIGITS = 1100;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(LineReader.MAX_LINE_BYTES)
                  .maxNumberLength(LineReader.MAX_LINE_BYTES)
                  .maxNameLength(LineReader.MAX_LINE_BYTES)
                  .maxNestingDepth(MAX_NESTING)
                  .build())
          .build();

  private final boolean escapes;
  private String field; // of the object itself
  private String halfSurrogate; // the first such field, null if there is none

  private JsonObjects(boolean escapes) {
    this.escapes = escapes;
  }

  /** Text that is not one JSON object. */
  static final class NotAnObjectException extends Exception {
    private final JsonFault fault;

    NotAnObjectException(JsonFault fault) {
      super(fault.problem());
      this.fault = fault;
    }

    JsonFault fault() {
      return fault;
    }
  }

  /**
   * An object.
   *
   * @param halfSurrogate the field, or the name within one, that holds half a surrogate pair;
   *     U+FFFD is in its place
   */
  record Parsed(Map<String, Object> fields, Optional<String> halfSurrogate) {}

  static Parsed parse(String text) throws NotAnObjectException {
    try (JsonParser parser = FACTORY.createParser(text)) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        // Only an escape can be half a pair: UTF-8 has none.
        JsonObjects values = new JsonObjects(text.contains("\\u"));
        Map<String, Object> object = values.object(parser);
        if (parser.nextToken() == null) {
          return new Parsed(object, Optional.ofNullable(values.halfSurrogate));
        }
      }
    } catch (JsonProcessingException e) {
      throw new NotAnObjectException(fault(text));
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory failed", e);
    }
    throw new NotAnObjectException(fault(text));
  }

  private static JsonFault fault(String text) {
    return JsonFault.find(text).orElse(new JsonFault("it cannot be parsed", "Mend the row", 1));
  }

  private Map<String, Object> object(JsonParser parser) throws IOException {
    boolean outer = field == null;
    Map<String, Object> object = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      field = outer ? parser.currentName() : field;
      String name = whole(parser.currentName());
      parser.nextToken();
      object.put(name, value(parser));
    }
    return object;
  }

  private List<Object> array(JsonParser parser) throws IOException {
    List<Object> array = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.add(value(parser));
    }
    return array;
  }

  private Object value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_STRING -> whole(parser.getText());
      case VALUE_NUMBER_INT -> integer(parser.getText());
      case VALUE_NUMBER_FLOAT -> number(parser.getText());
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> throw new IllegalStateException("unexpected " + parser.currentToken());
    };
  }

  private String whole(String text) {
    if (!escapes || Utf8.isEncodable(text)) {
      return text;
    }
    if (halfSurrogate == null) {
      halfSurrogate = Utf8.replaceHalfPairs(field);
    }
    return Utf8.replaceHalfPairs(text);
  }

  private static Object integer(String digits) {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      return digits;
    }
  }

  private static Object number(String digits) {
    double value = Double.parseDouble(digits);
    return Double.isFinite(value) && isSame(value, digits) ? (Object) value : digits;
  }

  private static boolean isSame(double value, String digits) {
    boolean small = digits.length() <= SAFE_DIGITS && digits.indexOf('e') < 0;
    if (small && digits.indexOf('E') < 0) {
      return true;
    }
    if (digits.length() > MAX_DIGITS) {
      return false;
    }
    BigDecimal written;
    try {
      written = new BigDecimal(digits).stripTrailingZeros();
    } catch (NumberFormatException e) {
      return false; // an exponent beyond 32 bits
    }
    if (written.signum() == 0 || value == 0) {
      return written.signum() == 0;
    }
    BigDecimal difference = new BigDecimal(value).subtract(written).abs();
    return difference.multiply(BigDecimal.valueOf(2)).compareTo(written.ulp()) <= 0;
  }
}
