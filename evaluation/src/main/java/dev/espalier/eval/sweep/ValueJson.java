package dev.espalier.eval.sweep;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Values of documents, templates and metrics as one line of JSON that gives the same values again:
 * a whole number stays one, and so do NaN and the infinities, which JSON itself does not have.
 */
final class ValueJson {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  private ValueJson() {}

  static String of(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no value of a document: " + e.getMessage(), e);
    }
  }

  /**
   * @throws IllegalArgumentException if it is no JSON
   */
  static Object read(String json) {
    try {
      return value(JSON.readTree(json));
    } catch (JsonProcessingException e) {
      String where =
          e.getLocation() == null
              ? ""
              : " at line "
                  + e.getLocation().getLineNr()
                  + ", column "
                  + e.getLocation().getColumnNr();
      throw new IllegalArgumentException("it is no JSON" + where, e);
    }
  }

  private static Object value(JsonNode node) {
    if (node.isObject()) {
      Map<String, Object> map = new LinkedHashMap<>();
      node.fields().forEachRemaining(field -> map.put(field.getKey(), value(field.getValue())));
      return map;
    }
    if (node.isArray()) {
      List<Object> list = new ArrayList<>();
      node.forEach(item -> list.add(value(item)));
      return list;
    }
    if (node.isTextual()) {
      return node.asText();
    }
    if (node.isBoolean()) {
      return node.asBoolean();
    }
    if (node.isFloatingPointNumber()) {
      return node.asDouble();
    }
    if (node.isBigInteger()) {
      return node.bigIntegerValue();
    }
    return node.isNumber() ? (Object) node.asLong() : null;
  }

  @SuppressWarnings("unchecked") // members of a JSON object have names
  static Map<String, Object> readMap(String json) {
    return (Map<String, Object>) read(json);
  }

  static List<?> readList(String json) {
    return (List<?>) read(json);
  }
}
