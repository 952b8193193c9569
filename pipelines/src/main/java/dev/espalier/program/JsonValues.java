package dev.espalier.program;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.espalier.row.RowError;
import dev.espalier.row.ValueType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads JSON documents as values of a type. */
final class JsonValues {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  static {
    JSON.getFactory()
        .setStreamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(1000)
                .maxNumberLength(10_000)
                .maxStringLength(Integer.MAX_VALUE)
                .build());
  }

  private JsonValues() {}

  /**
   * The value of a document. Where the type is a string, a JSON string is its text, and all else is
   * JSON as written.
   *
   * @throws RowException with {@link RowError#VALUE_INVALID} if it is not of the type
   */
  static Object read(ValueType type, String text) {
    JsonNode node;
    try {
      node = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw invalid("the output is no JSON document; give it more tokens if it was cut off");
    }
    boolean isAsWritten = type == ValueType.STRING && !node.isTextual() && !node.isNull();
    return isAsWritten ? text : value(type, node, "");
  }

  private static Object value(ValueType type, JsonNode node, String path) {
    if (node.isNull()) {
      return null;
    } else if (type instanceof ValueType.ListOf list && node.isArray()) {
      List<Object> items = new ArrayList<>();
      for (JsonNode item : node) {
        items.add(value(list.item(), item, path + "/" + items.size()));
      }
      return items;
    } else if (type instanceof ValueType.Struct struct && node.isObject()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      for (ValueType.Struct.Field field : struct.fields()) {
        JsonNode member = node.path(field.name());
        String place = path + "/" + field.name();
        fields.put(
            field.name(), member.isMissingNode() ? null : value(field.type(), member, place));
      }
      return fields;
    } else if (type == ValueType.STRING) {
      return node.isTextual() ? node.asText() : node.toString();
    } else if (type == ValueType.BOOLEAN && node.isBoolean()) {
      return node.asBoolean();
    } else if (type == ValueType.NUMBER && node.isNumber() && Double.isFinite(node.doubleValue())) {
      return node.doubleValue();
    } else if (type == ValueType.INTEGER && node.isNumber() && isLong(node)) {
      return node.longValue();
    }
    throw invalid(
        "the output has a value at "
            + (path.isEmpty() ? "its root" : path)
            + " that is no "
            + type.description()
            + " of 64 bits; hold it to one in the schema, or write `type: json`");
  }

  private static boolean isLong(JsonNode node) {
    return node.canConvertToExactIntegral() && node.canConvertToLong();
  }

  private static RowException invalid(String message) {
    return new RowException(RowError.VALUE_INVALID, message);
  }
}
