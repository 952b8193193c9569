package dev.espalier.eval.page;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;

/** Values of documents and answers as JSON that a browser reads without loss. */
final class JsonValues {
  /** Beyond it a browser's numbers have gaps. */
  private static final long EXACT = 1L << 53;

  private JsonValues() {}

  static void write(JsonGenerator json, Object value) throws IOException {
    if (value == null) {
      json.writeNull();
    } else if (value instanceof Boolean flag) {
      json.writeBoolean(flag);
    } else if (value instanceof Double || value instanceof Float) {
      number(json, ((Number) value).doubleValue());
    } else if (value instanceof BigInteger || value instanceof Long || value instanceof Integer) {
      whole(json, value);
    } else if (value instanceof List<?> list) {
      json.writeStartArray();
      for (Object item : list) {
        write(json, item);
      }
      json.writeEndArray();
    } else if (value instanceof Map<?, ?> map) {
      json.writeStartObject();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        json.writeFieldName(String.valueOf(entry.getKey()));
        write(json, entry.getValue());
      }
      json.writeEndObject();
    } else {
      json.writeString(value.toString());
    }
  }

  private static void whole(JsonGenerator json, Object value) throws IOException {
    long number = ((Number) value).longValue();
    if (value instanceof BigInteger || Math.abs(number) > EXACT) {
      json.writeString(value.toString());
    } else {
      json.writeNumber(number);
    }
  }

  /** Infinite ones as texts that a browser's {@code Number} reads, NaN as null. */
  static void number(JsonGenerator json, double number) throws IOException {
    if (Double.isNaN(number)) {
      json.writeNull();
    } else if (Double.isInfinite(number)) {
      json.writeString(number > 0 ? "Infinity" : "-Infinity");
    } else if (number == Math.rint(number) && Math.abs(number) < EXACT) {
      json.writeNumber((long) number);
    } else {
      json.writeNumber(number);
    }
  }

  /** Nothing of an absent figure; of others as many digits as a page can use. */
  static void field(JsonGenerator json, String name, double number) throws IOException {
    json.writeFieldName(name);
    number(json, number);
  }
}
