package dev.espalier.program;

import static dev.espalier.program.Options.jsonSchema;
import static dev.espalier.program.Options.type;
import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.row.NamedValue;
import dev.espalier.row.Row;
import dev.espalier.row.RowOutcome;
import dev.espalier.row.ValueType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Values that are lists and structs: of forks, and of JSON schemas. */
class NestedValueTest {
  private final WordTokenizer tokenizer = new WordTokenizer();
  private final Row row = Programs.row("body", "late");

  private NamedValue value(String schema, String output, GenOption... more) {
    FakeEngine engine = new FakeEngine(tokenizer).answering(request -> output);
    GenOption[] options = Arrays.copyOf(more, more.length + 1);
    options[more.length] = jsonSchema(schema);
    RowOutcome outcome = Programs.run(s -> s.text("x").gen("v", options), row, engine, tokenizer);
    assertThat(outcome.error()).isEmpty();
    return outcome.values().get(0);
  }

  @Test
  void aSchemaGivesTheTypeOfItsValue() {
    String schema =
        """
        {"type": "object", "properties": {
          "name": {"type": "string"}, "tags": {"type": "array", "items": {"enum": ["no", "yes"]}},
          "size": {"type": ["number", "null"]}, "count": {"$ref": "#/$defs/n"},
          "more": {"type": "object"}},
         "required": ["name"], "additionalProperties": false,
         "$defs": {"n": {"type": "integer", "minimum": 0}}}
        """;
    NamedValue value =
        value(schema, "{\"tags\": [\"no\"], \"count\": 3, \"name\": \"a\", \"more\": {\"x\": 1}}");
    assertThat(value.type().description())
        .isEqualTo(
            "{name: string, tags: list of string, size: number, count: integer, more: string}");
    Map<String, Object> expected = new java.util.LinkedHashMap<>();
    expected.put("name", "a");
    expected.put("tags", List.of("no"));
    expected.put("size", null);
    expected.put("count", 3L);
    expected.put("more", "{\"x\":1}");
    assertThat(value.value()).isEqualTo(expected);
    assertThat(((Map<?, ?>) value.value()).keySet().stream().map(String::valueOf))
        .containsExactly("name", "tags", "size", "count", "more");
  }

  @Test
  void aTypeOfStringKeepsTheDocumentAsWritten() {
    assertThat(value("{\"type\": \"integer\"}", " 7 ", type(ValueType.STRING)).value())
        .isEqualTo(" 7 ");
    assertThat(value("{\"type\": \"integer\"}", "7"))
        .isEqualTo(new NamedValue("v", ValueType.INTEGER, 7L));
    assertThat(value("{\"type\": \"string\"}", "\"a\\n\\u00e9\"").value()).isEqualTo("a\né");
    assertThat(value("{}", "{\"a\": 1.50}").value()).isEqualTo("{\"a\": 1.50}");
    assertThat(value("{\"type\": \"null\"}", "null").value()).isNull();
  }

  @Test
  void whatHasNoOneTypeIsText() {
    for (String schema :
        List.of(
            "true",
            "{}",
            "{\"type\": \"object\", \"properties\": {\"a\": {\"type\": \"integer\"}}}",
            "{\"type\": \"array\"}",
            "{\"anyOf\": [{\"type\": \"string\"}, {\"type\": \"integer\"}]}",
            "{\"$ref\": \"#\"}",
            "{\"enum\": [1, \"a\"]}",
            "no schema")) {
      assertThat(SchemaTypes.of(schema)).as(schema).isEqualTo(ValueType.STRING);
    }
    assertThat(SchemaTypes.of("{\"anyOf\": [{\"type\": \"null\"}, {\"type\": \"integer\"}]}"))
        .isEqualTo(ValueType.INTEGER);
    assertThat(SchemaTypes.of("{\"enum\": [1, 2.5]}")).isEqualTo(ValueType.NUMBER);
    assertThat(SchemaTypes.of("{\"const\": true}")).isEqualTo(ValueType.BOOLEAN);
    String recursive =
        "{\"type\": \"object\", \"properties\": {\"next\": {\"$ref\": \"#\"}},"
            + " \"additionalProperties\": false}";
    assertThat(SchemaTypes.of(recursive).description()).contains("next: string");
  }

  @Test
  void anIntegerThatDoesNotFitIsAnErrorOfTheRow() {
    FakeEngine engine = new FakeEngine(tokenizer).answering(request -> "9".repeat(30));
    RowOutcome outcome =
        Programs.run(
            s -> s.text("x").gen("v", jsonSchema("{\"type\": \"integer\"}")),
            row,
            engine,
            tokenizer);
    assertThat(outcome.error().orElseThrow().code()).isEqualTo("VALUE_INVALID");
  }

  /**
   * Columns of forks in forks, repeated forks with fewer branches, and branches without a value.
   */
  @Test
  void forksAreLists() {
    FakeEngine engine = new FakeEngine(tokenizer);
    RowOutcome outcome =
        Programs.run(
            s -> {
              for (int round = 0; round < 2; round++) {
                Fork outer = s.fork("o", 3 - round);
                for (int i = 0; i < outer.size(); i++) {
                  if (i != 1) {
                    outer.get(i).set("seen", i + round);
                  }
                  int inner = i;
                  outer.get(i).fork("i", 2).forEach(branch -> branch.set("deep", inner));
                }
              }
            },
            row,
            engine,
            tokenizer);
    assertThat(outcome.values())
        .containsExactly(
            new NamedValue(
                "o/seen", new ValueType.ListOf(ValueType.INTEGER), Arrays.asList(1L, null)),
            new NamedValue(
                "o/i/deep",
                new ValueType.ListOf(new ValueType.ListOf(ValueType.INTEGER)),
                List.of(List.of(0L, 0L), List.of(1L, 1L))));
  }

  @Test
  void itemsOfSeveralTypesBecomeOne() {
    FakeEngine engine = new FakeEngine(tokenizer);
    RowOutcome outcome =
        Programs.run(
            s -> {
              Fork fork = s.fork(2);
              fork.get(0).set("n", 1).set("t", 1);
              fork.get(1).set("n", 2.5).set("t", "b");
            },
            row,
            engine,
            tokenizer);
    assertThat(Programs.values(outcome))
        .isEqualTo(Map.of("fork/n", List.of(1.0, 2.5), "fork/t", List.of("1", "b")));
  }
}
