package dev.espalier.engine.constrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import dev.espalier.engine.Constraint;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.constrain.vocabulary.CompiledConstraint;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonSchemaConstraintTest {
  private static final FakeTokenizer VOCABULARY =
      FakeTokenizer.withBytesAndPieces(
          11,
          "{\"name\": \"Ann\", \"age\": 37}",
          "[1, 2.50, -3e10]",
          "\"tags\":[\"a\",\"b\"]}",
          "true, false, null",
          "\\u00e9\\n\\\"é中😀",
          "2024-02-29T23:59:60Z",
          "\"kind\": \"circle\", \"radius\": ");
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  static final List<String> SCHEMAS =
      List.of(
          """
          {"type": "object", "additionalProperties": false,
           "properties": {
             "name": {"type": "string", "minLength": 1, "maxLength": 12},
             "age": {"type": "integer", "minimum": 0, "maximum": 130},
             "email": {"type": "string", "pattern": "^[a-z]{1,8}@[a-z]{1,8}[.]org$"},
             "tags": {"type": "array", "items": {"enum": ["a", "b\\n", "é😀"]}, "maxItems": 3},
             "score": {"type": "number", "exclusiveMinimum": -1.5, "maximum": 2.25}},
           "required": ["name", "tags"]}
          """,
          """
          {"$defs": {"tree": {"type": "object", "additionalProperties": false,
             "properties": {"value": {"type": "integer", "multipleOf": 3, "minimum": -999, "maximum": 99999},
                            "left": {"$ref": "#/$defs/tree"}, "right": {"$ref": "#/$defs/tree"}},
             "required": ["value"]}},
           "$ref": "#/$defs/tree"}
          """,
          """
          {"oneOf": [
             {"type": "object", "properties": {"kind": {"const": "circle"}, "radius": {"type": "number"}},
              "required": ["kind", "radius"], "additionalProperties": false},
             {"type": "object", "properties": {"kind": {"const": "box"},
                "size": {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "integer"}],
                         "items": false, "minItems": 2}},
              "required": ["kind", "size"], "additionalProperties": false}]}
          """,
          """
          {"type": "array", "minItems": 1, "maxItems": 4,
           "items": {"anyOf": [{"type": "boolean"}, {"type": "null"}, {"$ref": "#"},
                               {"type": "string", "format": "date"}]}}
          """,
          """
          {"allOf": [{"type": "object", "properties": {"a": {"type": ["integer", "string"]}}, "required": ["a"]},
                     {"properties": {"a": {"minimum": 5, "maxLength": 2}, "b": {"const": {"x": [1, null]}}}}],
           "properties": {"a": true, "b": true}, "patternProperties": {"^x_": {"type": "boolean"}}, "additionalProperties": {"type": "null"},
           "maxProperties": 3, "propertyNames": {"maxLength": 4}}
          """,
          """
          {"type": "object", "properties": {"country": {"enum": ["de", "us"]}, "zip": {"type": "string"}},
           "required": ["country", "zip"], "maxProperties": 2,
           "if": {"properties": {"country": {"const": "de"}}},
           "then": {"properties": {"zip": {"pattern": "^[0-9]{5}$"}}},
           "else": {"properties": {"zip": {"pattern": "^[A-Z]{2}$"}}}}
          """,
          """
          {"type": "array", "maxItems": 5, "contains": {"const": 7}, "minContains": 2, "maxContains": 3,
           "items": {"enum": [5, 6, 7, 7.5]}}
          """,
          """
          {"type": "string", "not": {"pattern": "a.*b"}, "maxLength": 6}
          """,
          """
          {"type": "object", "dependentRequired": {"a": ["b"]}, "dependentSchemas": {"c": {"maxProperties": 2}},
           "properties": {"a": {"const": 1}, "b": {"const": 2}, "c": {"const": 3}, "d": {"const": 4}},
           "additionalProperties": false, "minProperties": 1}
          """,
          """
          {"type": "object", "properties": {
             "time": {"format": "date-time", "type": "string", "pattern": ":[0-5][0-9]Z$"}, "id": {"type": "string", "format": "uuid"},
             "at": {"type": "string", "format": "ipv4"}}, "required": ["time", "id", "at"],
           "additionalProperties": false}
          """);

  private static CompiledConstraint compile(String schema) {
    return new ConstraintCompiler(VOCABULARY, VOCABULARY.size())
        .compile(new Constraint.JsonSchema(schema));
  }

  private static boolean accepts(String schema, String document) {
    return ByteVocabulary.accepts(
        new ConstraintCompiler(new ByteVocabulary(), ByteVocabulary.SIZE)
            .compile(new Constraint.JsonSchema(schema)),
        document);
  }

  @ParameterizedTest
  @FieldSource("SCHEMAS")
  void every_walk_ends_in_a_document_that_parses_and_validates(String schema)
      throws JsonProcessingException {
    CompiledConstraint constraint = compile(schema);
    JsonSchema validator =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
            .getSchema(
                schema, SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build());
    int ended = 0;
    for (int seed = 0; seed < 60; seed++) {
      String text = RandomWalk.text(constraint, VOCABULARY, seed, 800);
      if (text != null) {
        ended++;
        JsonNode document = JSON.readTree(text);
        assertThat(validator.validate(document)).as(text).isEmpty();
      }
    }
    assertThat(ended).isGreaterThan(40);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "{\"minLenght\": 1}~#/minLenght: 'minLenght' is not a keyword",
        "{\"properties\": {\"a\": {\"$dynamicRef\": \"#x\"}}}~#/properties/a/$dynamicRef",
        "{\"type\": \"strin\"}~#/type: 'type' must be one of",
        "{\"minLength\": -1}~#/minLength: 'minLength' must be an integer of at least 0",
        "{\"format\": \"iri\"}~#/format: the format 'iri' is not supported",
        "{\"pattern\": \"a(?=b)\"}~#/pattern: pattern 'a(?=b)', position 1: lookahead",
        "{\"$ref\": \"http://example.org/x\"}~#/$ref: '$ref' to 'http://example.org/x'",
        "{\"$ref\": \"#/$defs/a\"}~there is nothing there",
        "{\"$ref\": \"#\"}~the schema refers to itself",
        "{\"anyOf\": [{\"$ref\": \"#/$defs/a\"}], \"$defs\": {\"a\": {\"$ref\": \"#\"}}}~refers to itself",
        "{\"uniqueItems\": true}~#/uniqueItems: 'uniqueItems' is not supported",
        "{\"not\": {\"additionalProperties\": false}}~#/not/additionalProperties",
        "{\"oneOf\": [{\"uniqueItems\": true, \"maxItems\": 1}, {\"minItems\": 1}]}~branches 0 and 1",
        "{\"items\": [{}]}~#/items: a schema is an object or a boolean",
        "{\"$schema\": \"http://json-schema.org/draft-07/schema#\"}~#/$schema: only the dialect",
        "{\"multipleOf\": 0}~'multipleOf' must be above 0",
        "{\"minProperties\": 3}~#/minProperties: 'minProperties' is not supported with members",
        "{\"type\": \"object\"~is no JSON, line 1",
        "{\"type\": \"null\", \"type\": \"string\"}~Duplicate",
        "``~the schema is empty",
        "3~a schema is an object or a boolean"
      })
  void refuses_by_name_and_pointer(String schema, String message) {
    EngineException refused = catchThrowableOfType(EngineException.class, () -> compile(schema));
    assertThat(refused).as(schema).isNotNull();
    assertThat(refused.code()).isEqualTo(ErrorCode.CONSTRAINT_INVALID);
    assertThat(refused).hasMessageContaining(message);
  }

  @Test
  void all_problems_are_reported_at_once() {
    EngineException refused =
        catchThrowableOfType(
            EngineException.class,
            () ->
                compile(
                    "{\"typ\": 1, \"properties\": {\"a\": {\"minimum\": \"1\", \"format\": \"x\"}}}"));
    assertThat(refused)
        .hasMessageContainingAll("#/typ", "#/properties/a/minimum", "#/properties/a/format");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "{\"type\": \"object\", \"properties\": {\"a\": false}, \"required\": [\"a\"]}~unsatisfiable",
        "{\"allOf\": [{\"type\": \"string\"}, {\"type\": \"null\"}]}~unsatisfiable",
        "{\"type\": \"integer\", \"minimum\": 3, \"exclusiveMaximum\": 4, \"multipleOf\": 2}~unsat",
        "{\"$ref\": \"#/$defs/a\", \"$defs\": {\"a\": {\"type\": \"array\", \"minItems\": 1, \"items\": {\"$ref\": \"#\"}}}}~endless"
      })
  void what_no_document_meets_is_unsatisfiable(String schema, String why) {
    EngineException refused = catchThrowableOfType(EngineException.class, () -> compile(schema));
    assertThat(refused.code()).as(why).isEqualTo(ErrorCode.CONSTRAINT_UNSATISFIABLE);
  }

  @Test
  void white_space_is_one_space_at_most_after_a_comma_or_colon() {
    String schema = "{\"properties\": {\"a\": {\"type\": \"array\"}}, \"required\": [\"a\"]}";
    for (String good : List.of("{\"a\":[1,2]}", "{\"a\": [1, 2]}", "{\"a\":[1, 2], \"b\":null}")) {
      assertThat(accepts(schema, good)).as(good).isTrue();
    }
    for (String bad :
        List.of(
            " {\"a\":[]}",
            "{ \"a\":[]}",
            "{\"a\" :[]}",
            "{\"a\":  []}",
            "{\"a\":[1,\n2]}",
            "{\"a\":[]} ")) {
      assertThat(accepts(schema, bad)).as(bad).isFalse();
    }
  }

  @Test
  void members_come_in_the_order_of_the_schema_and_once() {
    String schema =
        "{\"properties\": {\"b\": {}, \"a\": {}}, \"required\": [\"c\"], \"type\": \"object\"}";
    assertThat(accepts(schema, "{\"b\":1,\"a\":2,\"c\":3,\"z\":4}")).isTrue();
    assertThat(accepts(schema, "{\"a\":2,\"c\":3}")).isTrue();
    assertThat(accepts(schema, "{\"a\":2,\"b\":1,\"c\":3}")).isFalse();
    assertThat(accepts(schema, "{\"c\":3,\"c\":3}")).isFalse();
    assertThat(accepts(schema, "{\"c\":3,\"\\u0061\":2}")).as("a, in another spelling").isFalse();
  }

  @Test
  void recursion_goes_as_deep_as_asked() {
    String schema = "{\"type\": \"array\", \"items\": {\"$ref\": \"#\"}}";
    assertThat(accepts(schema, "[".repeat(500) + "]".repeat(500))).isTrue();
    assertThat(accepts(schema, "[".repeat(500) + "]".repeat(499))).isFalse();
  }

  @Test
  void long_strings_are_counted_exactly() {
    String schema = "{\"type\": \"string\", \"minLength\": 9000, \"maxLength\": 9001}";
    CompiledConstraint constraint =
        new ConstraintCompiler(new ByteVocabulary(), ByteVocabulary.SIZE)
            .compile(new Constraint.JsonSchema(schema));
    for (int length = 8999; length <= 9002; length++) {
      String document = "\"" + "é".repeat(length - 1) + "\\n" + "\"";
      assertThat(ByteVocabulary.accepts(constraint, document))
          .isEqualTo(length == 9000 || length == 9001);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"integer", "number"})
  void minus_zero_is_the_number_zero_under_every_bound(String type) {
    for (String bound :
        List.of(
            "\"minimum\": 0",
            "\"maximum\": 0",
            "\"exclusiveMinimum\": 0",
            "\"exclusiveMaximum\": 0",
            "\"minimum\": -1",
            "\"maximum\": -1",
            "\"multipleOf\": 5")) {
      String schema = "{\"type\": \"" + type + "\", " + bound + "}";
      CompiledConstraint constraint =
          new ConstraintCompiler(new ByteVocabulary(), ByteVocabulary.SIZE)
              .compile(new Constraint.JsonSchema(schema));
      assertThat(ByteVocabulary.accepts(constraint, "-0"))
          .as(schema)
          .isEqualTo(ByteVocabulary.accepts(constraint, "0"));
      assertThat(ByteVocabulary.accepts(constraint, "-0.000"))
          .as(schema)
          .isEqualTo(ByteVocabulary.accepts(constraint, "0.000"));
    }
  }
}
