package dev.espalier.program;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.row.ValueType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The type of the values that a JSON schema allows. What has no one type (objects with members that
 * the schema does not name, arrays of anything, a choice of several types, a schema that contains
 * itself) stays JSON text: a string.
 */
public final class SchemaTypes {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Schemas in each other that are followed; deeper ones are text. */
  private static final int MOST_DEPTH = 32;

  /** Fields of one struct and those in it: a table is no place for more. */
  private static final int MOST_FIELDS = 1000;

  private final JsonNode root;
  private final Set<String> open = new HashSet<>();
  private int fields;

  private SchemaTypes(JsonNode root) {
    this.root = root;
  }

  /** The type under {@code schema}, a text; a string if that is no schema. */
  public static ValueType of(String schema) {
    try {
      JsonNode root = JSON.readTree(schema);
      SchemaTypes types = new SchemaTypes(root);
      ValueType type = types.type(root, 0).orElse(ValueType.STRING);
      return types.fields > MOST_FIELDS ? ValueType.STRING : type;
    } catch (JsonProcessingException e) {
      return ValueType.STRING;
    }
  }

  /** The type, or empty where only null is allowed. */
  private Optional<ValueType> type(JsonNode schema, int depth) {
    if (!schema.isObject() || depth > MOST_DEPTH) {
      return Optional.of(ValueType.STRING);
    }
    if (schema.has("$ref")) {
      return referred(schema, depth);
    }
    for (String choice : List.of("anyOf", "oneOf")) {
      if (schema.has(choice)) {
        return schema.has("type") || schema.has("properties")
            ? Optional.of(ValueType.STRING)
            : common(schema.get(choice), depth);
      }
    }
    if (schema.has("allOf")) {
      boolean isAlone = schema.get("allOf").size() == 1 && !schema.has("type");
      return isAlone ? type(schema.get("allOf").get(0), depth + 1) : Optional.of(ValueType.STRING);
    }
    if (schema.has("const")) {
      return ofValue(schema.get("const"));
    } else if (schema.has("enum")) {
      return ofValues(schema.get("enum"));
    }
    return named(schema, depth);
  }

  private Optional<ValueType> named(JsonNode schema, int depth) {
    JsonNode type = schema.path("type");
    Set<String> names = new LinkedHashSet<>();
    if (type.isTextual()) {
      names.add(type.asText());
    } else {
      type.forEach(name -> names.add(name.asText()));
    }
    boolean onlyNull = names.size() == 1 && names.contains("null");
    names.remove("null");
    if (onlyNull) {
      return Optional.empty();
    }
    if (names.equals(Set.of("integer", "number"))) {
      return Optional.of(ValueType.NUMBER);
    }
    return Optional.of(
        names.size() == 1 ? of(names.iterator().next(), schema, depth) : ValueType.STRING);
  }

  private ValueType of(String name, JsonNode schema, int depth) {
    return switch (name) {
      case "integer" -> ValueType.INTEGER;
      case "number" -> ValueType.NUMBER;
      case "boolean" -> ValueType.BOOLEAN;
      case "array" -> list(schema, depth);
      case "object" -> struct(schema, depth);
      default -> ValueType.STRING;
    };
  }

  private ValueType list(JsonNode schema, int depth) {
    JsonNode items = schema.path("items");
    if (!items.isObject() || schema.has("prefixItems") || schema.has("contains")) {
      return ValueType.STRING;
    }
    return new ValueType.ListOf(type(items, depth + 1).orElse(ValueType.STRING));
  }

  private ValueType struct(JsonNode schema, int depth) {
    JsonNode properties = schema.path("properties");
    JsonNode more = schema.path("additionalProperties");
    boolean isClosed = more.isBoolean() && !more.asBoolean();
    if (!isClosed || properties.isEmpty() || schema.has("patternProperties")) {
      return ValueType.STRING;
    }
    List<ValueType.Struct.Field> members = new ArrayList<>();
    for (Map.Entry<String, JsonNode> property : properties.properties()) {
      fields++;
      ValueType type = type(property.getValue(), depth + 1).orElse(ValueType.STRING);
      members.add(new ValueType.Struct.Field(property.getKey(), type));
    }
    return new ValueType.Struct(members);
  }

  private Optional<ValueType> referred(JsonNode schema, int depth) {
    String reference = schema.get("$ref").asText();
    boolean isLocal = reference.equals("#") || reference.startsWith("#/");
    if (!isLocal || schema.size() > 1 || !open.add(reference)) {
      return Optional.of(ValueType.STRING);
    }
    JsonNode target = root.at(reference.substring(1));
    Optional<ValueType> type = type(target, depth + 1);
    open.remove(reference);
    return type;
  }

  /** The one type of all alternatives, null aside. */
  private Optional<ValueType> common(JsonNode alternatives, int depth) {
    Set<ValueType> types = new LinkedHashSet<>();
    alternatives.forEach(schema -> type(schema, depth + 1).ifPresent(types::add));
    return common(types);
  }

  private static Optional<ValueType> common(Set<ValueType> types) {
    if (types.isEmpty()) {
      return Optional.empty();
    }
    if (types.equals(Set.of(ValueType.INTEGER, ValueType.NUMBER))) {
      return Optional.of(ValueType.NUMBER);
    }
    return Optional.of(types.size() == 1 ? types.iterator().next() : ValueType.STRING);
  }

  private static Optional<ValueType> ofValues(JsonNode values) {
    Set<ValueType> types = new LinkedHashSet<>();
    values.forEach(value -> ofValue(value).ifPresent(types::add));
    return common(types);
  }

  private static Optional<ValueType> ofValue(JsonNode value) {
    if (value.isNull()) {
      return Optional.empty();
    } else if (value.isBoolean()) {
      return Optional.of(ValueType.BOOLEAN);
    } else if (value.isNumber()) {
      return Optional.of(value.isIntegralNumber() ? ValueType.INTEGER : ValueType.NUMBER);
    }
    return Optional.of(ValueType.STRING);
  }
}
