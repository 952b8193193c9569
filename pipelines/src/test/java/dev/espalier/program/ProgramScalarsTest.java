package dev.espalier.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.Constraint;
import dev.espalier.engine.GenerationRequest;
import dev.espalier.program.source.InvalidProgramException;
import dev.espalier.program.source.ProgramFile;
import dev.espalier.row.Row;
import dev.espalier.row.RowOutcome;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values of YAML reach prompts, choices, constraints and columns as they are written. */
class ProgramScalarsTest {
  private final WordTokenizer tokenizer = new WordTokenizer();
  private final FakeEngine engine = new FakeEngine(tokenizer).answering(r -> "{\"ok\":\"no\"}");
  private final Row row = Programs.row("a", "parcel", "n", 3);

  private RowOutcome run(String yaml) {
    return Programs.run(
        ProgramFile.parse("p.yaml", yaml, Path.of(".")).load(), row, engine, tokenizer);
  }

  private Object set(String vars, String to) {
    RowOutcome outcome = run("vars: " + vars + "\nsteps:\n  - {set: x, to: " + to + "}\n");
    assertThat(outcome.error()).isEmpty();
    return Programs.values(outcome).get("x");
  }

  private static List<String> problems(String yaml) {
    try {
      ProgramFile file = ProgramFile.parse("p.yaml", yaml, Path.of("."));
      return List.of("none: " + file.name());
    } catch (InvalidProgramException e) {
      return e.problems().stream().map(Object::toString).toList();
    }
  }

  /** The whole of a program that holds one of each, in several time zones and locales. */
  @Test
  void theTimeZoneChangesNothing() {
    String yaml =
        """
        vars:
          answers: [yes, no]
          countries: [no, se, dk]
          cutoff: 2024-01-15
          at: 2024-01-15T10:00:00Z
          leap: 2024-02-30
          clock: 12:30:00
          version: 1.10
          on: off
        steps:
          - {set: answers_text, to: "{{ answers | join('|') }}"}
          - {set: countries_text, to: "{{ countries | join('|') }}"}
          - {set: cutoff_text, to: "{{ cutoff }} / {{ at }}"}
          - {set: leap_text, to: "{{ leap }}"}
          - {set: clock_text, to: "{{ clock }}"}
          - {set: version_text, to: "{{ version }}"}
          - {set: on_text, to: "{{ on }}"}
          - user: "Is it late? {{ row.a }}"
          - {select: listed, choices: [yes, no]}
          - user: "Is it late? {{ row.a }}"
          - {select: from_vars, choices: answers}
          - gen: js
            maxTokens: 60
            jsonSchema:
              type: object
              properties: {ok: {enum: [yes, no]}, d: {const: 2024-01-15}, n: {enum: [1.50, 0x1F]}}
              required: [ok]
              additionalProperties: false
        """;
    Set<RowOutcome> outcomes = new HashSet<>();
    TimeZone former = TimeZone.getDefault();
    try {
      for (String zone : List.of("UTC", "America/New_York", "Asia/Tokyo")) {
        TimeZone.setDefault(TimeZone.getTimeZone(zone));
        outcomes.add(run(yaml));
      }
    } finally {
      TimeZone.setDefault(former);
    }
    assertThat(outcomes).hasSize(1);
    Map<String, Object> values = Programs.values(outcomes.iterator().next());
    assertThat(values)
        .containsEntry("answers_text", "yes|no")
        .containsEntry("countries_text", "no|se|dk")
        .containsEntry("cutoff_text", "2024-01-15 / 2024-01-15T10:00:00Z")
        .containsEntry("leap_text", "2024-02-30")
        .containsEntry("clock_text", "12:30:00")
        .containsEntry("version_text", "1.10")
        .containsEntry("on_text", "off");
    assertThat(List.of("yes", "no")).contains((String) values.get("listed"));
    assertThat(values.get("from_vars")).isEqualTo(values.get("listed"));
    GenerationRequest js = engine.generations().get(engine.generations().size() - 1);
    assertThat(((Constraint.JsonSchema) js.constraint().orElseThrow()).schema())
        .contains("{\"enum\":[\"yes\",\"no\"]}")
        .contains("{\"const\":\"2024-01-15\"}")
        .contains("{\"enum\":[1.50,31]}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '§',
      value = {
        "{a: 1.10} § \"{{ a }}\" § 1.10",
        "{a: 1.10} § \"{{ a * 2 }}\" § 2.2",
        "{a: 0x1F} § \"{{ a }} {{ a + 1 }}\" § 0x1F 32",
        "{a: 1e3} § \"{{ a }} {{ a | int }}\" § 1e3 1000",
        "{a: 010} § \"{{ a }} {{ a == 10 }}\" § 010 True",
        "{a: [1.10, 2]} § \"{{ a | join(',') }}\" § 1.10,2",
        "{a: {b: 1.10}} § \"{{ a.b ~ 'x' }}\" § 1.10x",
        "{a: 9223372036854775808} § \"{{ a + 1 }}\" § 9223372036854775809",
        "{a: yes} § \"{{ a }}\" § yes",
        "{a: true} § \"{{ a }}\" § True",
        "{a: ~} § \"{{ a is none }}\" § True",
        "{a: {no: 1, 1.10: 2}} § \"{{ a['no'] }}{{ a['1.10'] }}\" § 12",
        "{a: '1.10'} § \"{{ a }}\" § 1.10",
        "{a: .inf} § \"{{ a }}\" § .inf"
      })
  void aNumberPrintsAsWrittenAndCalculatesByItsValue(String vars, String to, String text) {
    assertThat(set(vars, to)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no | no",
        "2024-01-15 | 2024-01-15",
        "1.10, type: string | 1.10",
        "010, type: string | 010",
        "true, type: string | true"
      })
  void aSetOfAScalarIsAsWritten(String to, String text) {
    assertThat(set("{}", to)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5f | number",
        "1d | number",
        "0x1p3 | number",
        "NaN | number",
        "1_0 | number",
        "\u0661\u0662 | integer",
        "0x10 | integer",
        "1.0 | integer",
        "maybe | boolean"
      })
  void aTextThatIsNoNumberIsAnErrorAtItsPlace(String example) {
    String[] parts = example.split(" \\| ", -1);
    String to = "\"" + parts[0] + "\", type: " + parts[1];
    assertThat(run("steps:\n  - {set: x, to: " + to + "}\n").error())
        .get()
        .asString()
        .contains("VALUE_INVALID", "\"" + parts[0] + "\", which is no " + parts[1], "p.yaml:2");
  }

  @Test
  void aSetOfANumberIsOne() {
    assertThat(set("{}", "1.10")).isEqualTo(1.1);
    assertThat(set("{}", "0x1F")).isEqualTo(31L);
    assertThat(set("{}", "true")).isEqualTo(true);
    assertThat(set("{}", "7, type: number")).isEqualTo(7.0);
    assertThat(set("{}", "~")).isNull();
    assertThat(problems("steps: [{set: x, to: seven, type: integer}]"))
        .containsExactly("none: p.yaml");
    assertThat(problems("steps: [{set: x, to: 1.5, type: integer}]"))
        .singleElement()
        .asString()
        .startsWith("p.yaml:1:22: `to` is 1.5, which is no integer");
    assertThat(problems("steps: [{set: x, to: 99999999999999999999}]"))
        .singleElement()
        .asString()
        .contains("which is no integer");
    assertThat(problems("steps: [{set: x, to: [1]}]"))
        .singleElement()
        .asString()
        .contains("a list");
  }

  @Test
  void whatIsNoScalarOfTheSchemaIsRefusedWithItsPlace() {
    assertThat(problems("vars: {a: !!binary aGVsbG8=}\nsteps: [{text: \"{{ a }}\"}]"))
        .singleElement()
        .asString()
        .startsWith("p.yaml:1:11: the tag !!binary has no meaning here");
    assertThat(problems("vars: {a: &a [*a]}\nsteps: [{text: x}]"))
        .singleElement()
        .asString()
        .startsWith("p.yaml:1:15: `*a` stands inside of what `&a` names");
    assertThat(problems("vars: {a: 1, a: 2}\nsteps: [{text: x}]"))
        .singleElement()
        .asString()
        .startsWith("p.yaml:1:14: `a` is given twice, first at p.yaml:1:8");
    assertThat(problems("steps:\n  - {gen: a, jsonSchema: {const: .nan}}"))
        .singleElement()
        .asString()
        .contains("JSON has no number .nan");
  }
}
