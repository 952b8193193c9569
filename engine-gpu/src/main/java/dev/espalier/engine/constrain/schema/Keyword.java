package dev.espalier.engine.constrain.schema;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The keywords of draft 2020-12, and what their values must look like. */
enum Keyword {
  ID("$id", Value.STRING),
  SCHEMA("$schema", Value.STRING),
  ANCHOR("$anchor", Value.STRING),
  DYNAMIC_ANCHOR("$dynamicAnchor", Value.STRING),
  COMMENT("$comment", Value.ANYTHING),
  DEFS("$defs", Value.DEFINITIONS),
  DEFINITIONS("definitions", Value.DEFINITIONS),
  REF("$ref", Value.STRING),
  TITLE("title", Value.ANYTHING),
  DESCRIPTION("description", Value.ANYTHING),
  DEFAULT("default", Value.ANYTHING),
  EXAMPLES("examples", Value.ANYTHING),
  DEPRECATED("deprecated", Value.ANYTHING),
  READ_ONLY("readOnly", Value.ANYTHING),
  WRITE_ONLY("writeOnly", Value.ANYTHING),
  CONTENT_ENCODING("contentEncoding", Value.ANYTHING),
  CONTENT_MEDIA_TYPE("contentMediaType", Value.ANYTHING),
  CONTENT_SCHEMA("contentSchema", Value.ANYTHING),

  TYPE("type", Value.TYPES),
  ENUM("enum", Value.ARRAY),
  CONST("const", Value.ANYTHING),
  MINIMUM("minimum", Value.NUMBER),
  MAXIMUM("maximum", Value.NUMBER),
  EXCLUSIVE_MINIMUM("exclusiveMinimum", Value.NUMBER),
  EXCLUSIVE_MAXIMUM("exclusiveMaximum", Value.NUMBER),
  MULTIPLE_OF("multipleOf", Value.NUMBER),
  MIN_LENGTH("minLength", Value.COUNT),
  MAX_LENGTH("maxLength", Value.COUNT),
  PATTERN("pattern", Value.STRING),
  FORMAT("format", Value.STRING),
  PREFIX_ITEMS("prefixItems", Value.SCHEMA_LIST),
  ITEMS("items", Value.SCHEMA),
  CONTAINS("contains", Value.SCHEMA),
  MIN_CONTAINS("minContains", Value.COUNT),
  MAX_CONTAINS("maxContains", Value.COUNT),
  MIN_ITEMS("minItems", Value.COUNT),
  MAX_ITEMS("maxItems", Value.COUNT),
  UNIQUE_ITEMS("uniqueItems", Value.BOOLEAN),
  PROPERTIES("properties", Value.SCHEMA_MAP),
  PATTERN_PROPERTIES("patternProperties", Value.SCHEMA_MAP),
  ADDITIONAL_PROPERTIES("additionalProperties", Value.SCHEMA),
  PROPERTY_NAMES("propertyNames", Value.SCHEMA),
  REQUIRED("required", Value.NAMES),
  MIN_PROPERTIES("minProperties", Value.COUNT),
  MAX_PROPERTIES("maxProperties", Value.COUNT),
  DEPENDENT_REQUIRED("dependentRequired", Value.NAMES_MAP),
  DEPENDENT_SCHEMAS("dependentSchemas", Value.SCHEMA_MAP),
  ALL_OF("allOf", Value.SCHEMA_LIST),
  ANY_OF("anyOf", Value.SCHEMA_LIST),
  ONE_OF("oneOf", Value.SCHEMA_LIST),
  NOT("not", Value.SCHEMA),
  IF("if", Value.SCHEMA),
  THEN("then", Value.SCHEMA),
  ELSE("else", Value.SCHEMA);

  /** What the value of a keyword must be. */
  enum Value {
    ANYTHING("anything"),
    STRING("a string"),
    BOOLEAN("a boolean"),
    NUMBER("a number"),
    COUNT("an integer of at least 0"),
    ARRAY("an array"),
    TYPES("one of array, boolean, integer, null, number, object, string, or an array of them"),
    NAMES("an array of strings, each once"),
    NAMES_MAP("an object of arrays of strings"),
    DEFINITIONS("an object of schemas"),
    SCHEMA("a schema: an object or a boolean"),
    SCHEMA_LIST("an array of at least one schema"),
    SCHEMA_MAP("an object of schemas");

    final String description;

    Value(String description) {
      this.description = description;
    }
  }

  private static final Map<String, Keyword> BY_NAME =
      Arrays.stream(values())
          .collect(
              Collectors.toMap(k -> k.text, k -> k, (first, second) -> first, LinkedHashMap::new));

  /** How the keyword is written. */
  final String text;

  final Value value;

  Keyword(String text, Value value) {
    this.text = text;
    this.value = value;
  }

  /** The keyword that is written {@code text}, or null. */
  static Keyword of(String text) {
    return BY_NAME.get(text);
  }

  /** Why the keyword that is written {@code text}, and is not one of these, is refused. */
  static String refusal(String text) {
    return switch (text) {
      case "unevaluatedProperties", "unevaluatedItems" ->
          "is not supported; use additionalProperties or items beside all properties or prefixItems";
      case "$dynamicRef", "$recursiveRef", "$recursiveAnchor" ->
          "is not supported; use $ref to a definition in $defs";
      case "$vocabulary" -> "is not supported; it belongs into a meta-schema";
      case "dependencies" -> "is not of draft 2020-12; use dependentRequired and dependentSchemas";
      case "additionalItems" -> "is not of draft 2020-12; use prefixItems and items";
      default -> "is not a keyword of draft 2020-12; leave it out, or begin it with 'x-'";
    };
  }
}
