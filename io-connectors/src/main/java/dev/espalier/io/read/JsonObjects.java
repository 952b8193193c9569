package dev.espalier.io.read;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON objects as maps. An integer that fits is a Long; other numbers are Doubles, the nearest; a
 * number that neither holds (an integer beyond 64 bits, a magnitude beyond Double) stays the text
 * it is, so that no digit is lost. A name twice in an object is an error.
 */
final class JsonObjects {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(LineReader.MAX_LINE_BYTES)
                  .maxNumberLength(LineReader.MAX_LINE_BYTES)
                  .build())
          .build();

  private JsonObjects() {}

  /** Text that is not one JSON object. */
  static final class NotAnObjectException extends Exception {
    private final int column;

    NotAnObjectException(String message, int column) {
      super(message);
      this.column = column;
    }

    /** In characters, from 1. */
    int column() {
      return column;
    }
  }

  static Map<String, Object> parse(String text) throws NotAnObjectException {
    try (JsonParser parser = FACTORY.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new NotAnObjectException("not a JSON object", column(parser.currentTokenLocation()));
      }
      Map<String, Object> object = object(parser);
      if (parser.nextToken() != null) {
        throw new NotAnObjectException(
            "more than one JSON object", column(parser.currentTokenLocation()));
      }
      return object;
    } catch (JsonProcessingException e) {
      throw new NotAnObjectException(
          "not a JSON object: " + e.getOriginalMessage(), column(e.getLocation()));
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory failed", e);
    }
  }

  private static int column(JsonLocation location) {
    return location == null ? 1 : Math.max(1, location.getColumnNr());
  }

  private static Map<String, Object> object(JsonParser parser) throws IOException {
    Map<String, Object> object = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      object.put(name, value(parser));
    }
    return object;
  }

  private static List<Object> array(JsonParser parser) throws IOException {
    List<Object> array = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.add(value(parser));
    }
    return array;
  }

  private static Object value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> integer(parser.getText());
      case VALUE_NUMBER_FLOAT -> number(parser.getText());
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> throw new IllegalStateException("unexpected " + parser.currentToken());
    };
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
    return Double.isFinite(value) ? (Object) value : digits;
  }
}
