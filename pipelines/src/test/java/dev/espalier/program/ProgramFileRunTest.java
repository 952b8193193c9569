package dev.espalier.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.engine.Constraint;
import dev.espalier.engine.GenerationRequest;
import dev.espalier.program.source.ProgramFile;
import dev.espalier.row.NamedValue;
import dev.espalier.row.Row;
import dev.espalier.row.RowError;
import dev.espalier.row.RowOutcome;
import dev.espalier.row.StepTrace;
import dev.espalier.row.ValueType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What program files do when they run. */
class ProgramFileRunTest {
  @TempDir Path directory;

  private final WordTokenizer tokenizer = new WordTokenizer();
  private final FakeEngine engine = new FakeEngine(tokenizer).answering(request -> "4");
  private final Row row =
      Programs.row("body", "late {{ lamp }}", "note", null, "tags", List.of("a", "b"));

  private RowOutcome run(String yaml) {
    Program program = ProgramFile.parse("p.yaml", yaml, directory).load();
    return Programs.run(program, row, engine, tokenizer);
  }

  private String prompt(String yaml) {
    RowOutcome outcome = run(yaml + "\n  - gen: last\n");
    assertThat(outcome.error()).isEmpty();
    return engine.prompt(engine.prompts().size() - 1);
  }

  private RowError error(String yaml) {
    return run(yaml).error().orElseThrow();
  }

  @Test
  void theTriageProgramRuns() {
    RowOutcome outcome =
        run(
            """
            vars:
              policy: |
                Sort support tickets.
                Be brief.
              examples:
                - {ticket: "Where is my parcel?", category: shipping}
                - {ticket: I was charged twice., category: billing}
            steps:
              - system: "{{ policy }}"
              - for: example
                in: examples
                steps:
                  - user: "{{ example.ticket }}"
                  - assistant: "{{ example.category }}"
              - user: "{{ row.body }}"
              - select: category
                choices: [billing, shipping]
              - gen: urgency
                regex: "[1-5]"
                type: integer
              - if: urgency >= 4
                then:
                  - user: Reply in numbered steps about {{ category }}.
                  - {gen: reply, maxTokens: 120}
                else:
                  - user: Reply in one sentence.
                  - {gen: reply, maxTokens: 40}
            """);
    assertThat(outcome.error()).isEmpty();
    assertThat(outcome.values())
        .extracting(NamedValue::name)
        .containsExactly("category", "urgency", "reply");
    assertThat(Programs.values(outcome)).containsEntry("urgency", 4L);
    assertThat(engine.prompt(0))
        .isEqualTo(
            """
            <|im_start|>system
            Sort support tickets.
            Be brief.
            <|im_end|>
            <|im_start|>user
            Where is my parcel?<|im_end|>
            <|im_start|>assistant
            shipping<|im_end|>
            <|im_start|>user
            I was charged twice.<|im_end|>
            <|im_start|>assistant
            billing<|im_end|>
            <|im_start|>user
            late {{ lamp }}<|im_end|>
            <|im_start|>assistant
            """);
    GenerationRequest urgency = engine.generations().get(0);
    assertThat(urgency.constraint()).contains(new Constraint.Regex("[1-5]"));
    assertThat(engine.generations().get(1).sampling().maxTokens()).isEqualTo(120);
    assertThat(engine.prompt(2)).contains("about " + Programs.values(outcome).get("category"));
  }

  @Test
  void textsFollowJinja2InWhiteSpace() {
    assertThat(
            prompt(
                """
                steps:
                  - text: |
                      Tags:
                        {% for tag in row.tags %}
                      - {{ tag }}{% if not loop.last %}, {% endif %}

                        {% endfor %}
                      Label:
                """))
        .isEqualTo("<s>Tags:\n- a, \n- b\nLabel:");
    assertThat(prompt("steps:\n  - text: \"a \\n\"")).isEqualTo("<s>a ");
  }

  @Test
  void dataIsNeverReadAsATemplate() {
    assertThat(prompt("steps:\n  - text: \"{{ row.body }}\"")).isEqualTo("<s>late {{ lamp }}");
    assertThat(prompt("steps:\n  - text: \"{{ row.body ~ '<b>' }}\""))
        .isEqualTo("<s>late {{ lamp }}<b>");
  }

  @Test
  void missingFieldsAndValuesAreErrorsOfTheRow() {
    assertThat(error("steps:\n  - text: \"{{ row.text }}\""))
        .isEqualTo(
            new RowError(
                "MISSING_FIELD",
                "the row has no field \"text\"; it has body, note, tags (p.yaml:2)",
                ""));
    for (String use :
        List.of(
            "{{ row.note }}",
            "{{ row.note | default('x') }}",
            "{{ row.note | length }}",
            "{{ row.note + 'a' }}",
            "{% for n in row.note %}{% endfor %}",
            "{% if row.text %}{% endif %}",
            "{% if row.text == 'x' %}{% endif %}",
            "{{ row.text | upper }}",
            "{{ 'a' ~ row.text }}",
            "{% for n in row.text %}{% endfor %}",
            "{{ row.text | tojson }}",
            "{{ row.nothing.more | default('x') }}",
            "{{ [row.text] | join }}")) {
      assertThat(error("steps:\n  - text: \"" + use + "\"").code())
          .as(use)
          .isEqualTo("MISSING_FIELD");
    }
    assertThat(
            error(
                """
                vars: {examples: [{ticket: a}]}
                steps:
                  - {for: e, in: examples, steps: [{text: "{{ e.tikcet }}"}]}
                """))
        .isEqualTo(new RowError("UNDEFINED_VARIABLE", "\"e\" has no \"tikcet\" (p.yaml:3)", ""));
    assertThat(
            error(
                """
                steps:
                  - {if: row.body == "", then: [{gen: a}]}
                  - {text: "{{ a }}"}
                """))
        .isEqualTo(
            new RowError("UNDEFINED_VARIABLE", "nothing has given \"a\" a value (p.yaml:3)", ""));
  }

  /** A missing field in each place that takes an expression, and a null where a list must be. */
  @Test
  void missingFieldsAreErrorsInEveryStep() {
    for (String step :
        List.of(
            "{if: row.text, then: []}",
            "{for: x, in: row.text, steps: []}",
            "{fork: row.text, steps: [{gen: a}]}",
            "{select: a, choices: row.text}",
            "{set: a, to: \"{{ row.text }}\"}",
            "{for: x, in: row.note, steps: []}",
            "{fork: row.note, steps: [{gen: a}]}",
            "{select: a, choices: row.note}",
            "{set: a, to: \"{{ row.note }}\"}")) {
      RowError error = error("steps:\n  - text: x\n  - " + step + "\n");
      String field =
          step.contains("row.note")
              ? "the field \"note\" is null; use `default('…', true)` where it may be (p.yaml:3)"
              : "the row has no field \"text\"; it has body, note, tags (p.yaml:3)";
      assertThat(error).as(step).isEqualTo(new RowError("MISSING_FIELD", field, ""));
    }
  }

  @Test
  void aMissingFieldMayBeAskedFor() {
    assertThat(
            prompt(
                """
                steps:
                  - text: "{{ row.note | default('none', true) }}"
                  - text: "{{ row.text | default(' or ') }}"
                  - text: "{% if row.text is defined %}1{% else %}2{% endif %}"
                  - if: row.note
                    then: [{text: " yes"}]
                    else: [{text: " no"}]
                """))
        .isEqualTo("<s>none or 2 no");
  }

  @Test
  void branchesAreJoinedIntoLists() {
    RowOutcome outcome =
        run(
            """
            steps:
              - user: "{{ row.body }}"
              - fork: row.tags | length
                name: judge
                index: i
                steps:
                  - user: By tag {{ row.tags[i] }}.
                  - {gen: score, type: integer}
              - join
              - set: total
                to: "{{ score | sum }}"
                type: integer
              - user: "Scores {{ score | join(', ') }}."
              - gen: verdict
            """);
    assertThat(outcome.error()).isEmpty();
    assertThat(Programs.values(outcome))
        .isEqualTo(Map.of("judge/score", List.of(4L, 4L), "total", 8L, "verdict", "4"));
    assertThat(engine.prompt(1)).contains("By tag b.");
    assertThat(engine.prompt(2)).contains("Scores 4, 4.").doesNotContain("By tag");
  }

  @Test
  void callsHaveTheirOwnNamesAndArguments() throws IOException {
    Files.writeString(
        directory.resolve("judge.yaml"),
        """
        parameters: [aspect]
        vars: {scale: "1 to 5"}
        steps:
          - user: "Rate {{ aspect }} from {{ scale }}: {{ row.body }}"
          - {gen: score, type: integer}
        """);
    RowOutcome outcome =
        run(
            """
            vars: {aspects: [tone, length]}
            steps:
              - for: a
                in: aspects
                steps:
                  - {call: judge.yaml, name: judge, with: {aspect: "the {{ a }}"}}
              - if: judge.score > 3 and steps.score is not defined
                then:
                  - {set: good, to: true}
            """);
    assertThat(outcome.error()).isEmpty();
    assertThat(outcome.values())
        .containsExactly(
            new NamedValue("judge/score", ValueType.INTEGER, 4L),
            new NamedValue("good", ValueType.BOOLEAN, true));
    assertThat(outcome.trace())
        .extracting(StepTrace::step)
        .containsExactly("judge/score", "judge#2/score");
    assertThat(engine.prompt(1)).contains("Rate the length from 1 to 5: late {{ lamp }}");
  }

  @Test
  void conditionsMayDependOnHowAValueCameToBe() {
    RowOutcome outcome =
        run(
            """
            steps:
              - text: "x"
              - gen: a
              - if: steps.a.finish_reason == "stop" and steps.a.logprob < 0
                then: [{set: stopped, to: true}]
            """);
    assertThat(Programs.values(outcome)).containsEntry("stopped", true);
  }

  @Test
  void everyOptionReachesTheEngine() {
    run(
        """
        steps:
          - text: x
          - gen: a
            maxTokens: 9
            minTokens: 2
            n: 2
            temperature: 0.5
            topP: 0.9
            topK: 7
            minP: 0.1
            presencePenalty: 0.2
            frequencyPenalty: 0.3
            repetitionPenalty: 1.1
            logitBias: {5: -1.5}
            allowedTokens: [5, 6]
            badWords: [foo]
            stop: "."
            stopTokens: [7]
            stopRegex: "a+"
            ignoreEos: true
            includeStop: true
            logprobs: 3
            promptLogprobsFrom: 0
            jsonSchema: {type: object}
        """);
    GenerationRequest request = engine.generations().get(0);
    assertThat(request.constraint()).contains(new Constraint.JsonSchema("{\"type\":\"object\"}"));
    assertThat(request.sampling())
        .hasToString(
            "SamplingParameters[maxTokens=9, minTokens=2, n=2, temperature=0.5, topP=0.9, topK=7,"
                + " minP=0.1, presencePenalty=0.2, frequencyPenalty=0.3, repetitionPenalty=1.1,"
                + " logitBias={5=-1.5}, allowedTokens="
                + request.sampling().allowedTokens()
                + ", badWords=[foo], stopStrings=[.], stopTokens=[7], stopRegex=a+,"
                + " ignoreEos=true, includeStop=true, logprobs=3, promptLogprobsFrom=0]");
  }

  @Test
  void choicesMayComeFromTheRow() {
    run("steps:\n  - text: \"x:\"\n  - {select: a, choices: row.tags}\n");
    assertThat(engine.scorings().get(0).continuations()).hasSize(2);
    assertThat(error("steps:\n  - text: x\n  - {select: a, choices: row.body}\n").message())
        .contains("the choices of a is no list");
  }

  /** Counted, so that no row goes on without end. */
  @Test
  void stepsAndTextsOfARowAreBounded() {
    String loop = "{for: x, in: range(400), steps: [{for: y, in: range(400), steps: [%s]}]}";
    assertThat(error("steps:\n  - " + String.format(loop, "{if: false, then: []}")).code())
        .isEqualTo("STEP_LIMIT");
    assertThat(
            error("steps:\n  - " + String.format(loop, "{set: a, to: \"{{ 'x' * 1000000 }}\"}"))
                .code())
        .isEqualTo("TEMPLATE_LIMIT");
    assertThat(error("steps:\n  - text: \"{{ 'x' * 1000000000 }}\"").code())
        .isEqualTo("TEMPLATE_LIMIT");
  }

  @Test
  void branchesOfAForkAreBounded() {
    for (String count : List.of("1025", "0", "-1", "4294967297", "1000000000000")) {
      String fork = "steps:\n  - text: x\n  - {fork: \"" + count;
      assertThat(error(fork + " + 0\", steps: [{gen: a}]}\n"))
          .isEqualTo(
              new RowError(
                  RowError.PROGRAM_FAILED,
                  "the number of branches of fork is "
                      + count
                      + ", not a whole number from 1 to 1024 (p.yaml:3)",
                  ""));
      assertThatThrownBy(() -> run(fork + "\", steps: [{gen: a}]}\n"))
          .hasMessageContaining(
              "p.yaml:3:12: a fork has a whole number of branches from 1 to 1024");
    }
  }

  @Test
  void aFileSaysWhetherAStepMayReportTokens() {
    String inside = "[{gen: b, logprobs: 0}]";
    for (String step :
        List.of(
            "{gen: b, promptLogprobsFrom: 3}",
            "{if: row.x, then: " + inside + "}",
            "{if: row.x, then: [{gen: a}], else: " + inside + "}",
            "{for: i, in: row.tags, steps: " + inside + "}",
            "{fork: 2, steps: [{if: row.x, then: " + inside + "}]}")) {
      assertThat(program("steps: [{text: x}, " + step + "]").reportsTokenLogprobs())
          .as(step)
          .isTrue();
    }
    assertThat(program("steps: [{text: x}, {gen: a, maxTokens: 3}]").reportsTokenLogprobs())
        .isFalse();
  }

  private Program program(String yaml) {
    return ProgramFile.parse("p.yaml", yaml, directory).load();
  }
}
