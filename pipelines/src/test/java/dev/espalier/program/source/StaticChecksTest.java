package dev.espalier.program.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.engine.Constraint;
import dev.espalier.engine.ConstraintChecker;
import dev.espalier.engine.ConstraintException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.ShortestOutput;
import dev.espalier.engine.constrain.ConstraintSyntax;
import dev.espalier.program.source.TargetModel.Turns;
import dev.espalier.row.Column;
import dev.espalier.row.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is known of a program file before a row runs. */
class StaticChecksTest {
  @TempDir Path directory;

  private ProgramFile parse(String yaml) {
    return ProgramFile.parse("p.yaml", yaml, directory);
  }

  private List<String> problems(String yaml) {
    try {
      return List.of("none: " + parse(yaml).name());
    } catch (InvalidProgramException e) {
      return e.problems().stream().map(Problem::toString).toList();
    }
  }

  private List<String> columns(String yaml) {
    return parse(yaml).load().columns().orElseThrow().stream()
        .map(column -> column.name() + " " + column.type().description())
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{text: \"{{ a }}\"}, {gen: a}] | p.yaml:1:20: `a` has no value yet; it gets one at line"
            + " 1",
        "[{if: a, then: []}, {gen: a}] | `a` has no value yet",
        "[{for: x, in: row.l, steps: [{text: a}]}, {text: \"{{ x }}\"}] | in the loop at line 1"
            + " only",
        "[{fork: 2, steps: [{gen: s}]}, {text: \"{{ s }}\"}] | `s` is a value of the branches of a",
        "[{fork: 2, steps: [{gen: s}]}, {text: \"{{ branch }}\"}] | `branch` is a value of the",
        "[{text: \"{{ repyl }}\"}, {gen: reply}] | did you mean reply?",
        "[{join: }] | there is no fork to join here",
        "[{fork: 2, name: judge, steps: [{gen: s}]}, {join: juge}] | did you mean judge?",
        "[join, {fork: 2, steps: [{gen: s}]}] | there is no fork to join here",
        "[{for: x, in: row.l, steps: [{fork: 2, steps: [{gen: s}]}]}, join] | there is no fork to"
            + " join",
        "[{gen: a}, {set: a, to: 3}] | `a` is integer here, but string at p.yaml:1:15",
        "[{gen: error}] | `error` is a column that every table has",
        "[{set: id, to: x}] | `id` is a column that every table has",
        "[{select: trace, choices: [a]}] | `trace` is a column that every table has",
        "[{gen: loop}] | `loop` has a meaning of its own",
        "[{text: \"{{ steps.a.logprob }}\"}] | no step of this file is named `a`",
        "[{set: a, to: x}, {text: \"{{ steps.a.logprob }}\"}] | is not the name of a gen or select",
        "[{genn: a}] | did you mean gen?",
        "[{gen: a, maxtokens: 3}] | did you mean maxTokens?",
        "[{gen: a, type: int}] | use string, integer, number, boolean, json",
        "[{select: a, choices: [x], method: greedy}] | `greedy` is no method",
        "[{call: ../x.yaml}] | `call` leaves the folder of the program",
        "[{call: /etc/passwd}] | `call` leaves the folder of the program",
        "[{call: lib/../../x.yaml}] | `call` leaves the folder of the program",
        "[{call: \"file:///etc/passwd\"}] | `call` leaves the folder of the program",
        "[{fork: 2000, steps: []}] | a fork has a whole number of branches from 1 to 1024",
        "[{gen: a, maxTokens: 1.5}] | `maxTokens` is no integer",
        "[{gen: a, maxTokens: -1}] | p.yaml:1:29: maxTokens is -1 but must be at least 1",
        "[{gen: a, maxTokens: 0, regex: x}] | maxTokens is 0 but must be at least 1",
        "[{gen: a, temperature: .inf}] | `temperature` is not a number",
        "[{gen: a, temperature: 1e-400}] | `temperature` is not a number",
        "[{gen: a, temperature: null}] | `temperature` is empty",
        "[{gen: a, logitBias: {5: 1, 0x5: 2}}] | `logitBias` has the token id 5 twice",
        "[{gen: a, logitBias: {5: 1e-400}}] | `logitBias` has a bias that is no number",
        "[{gen: a, stopTokens: [x]}] | `stopTokens` has `x`, which is no token id",
        "[{gen: a, ignoreEos: yes}] | `ignoreEos` is neither true nor false",
        "[{gen: a, type: json}] | `type: json` goes with `jsonSchema`",
        "[{gen: a, choices: b}] | `choices` of a gen is one text, `b`",
        "[{text: [row.a]}] | `text` is no text but a list"
      })
  void whatIsWrongIsSaid(String steps, String problem) {
    assertThat(problems("steps: " + steps)).singleElement().asString().contains(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{if: row.k, then: [{gen: a}], else: [{gen: a}]}, {text: \"{{ a }}\"}]",
        "[{for: x, in: row.l, steps: [{if: a is defined, then: []}, {gen: a}]}, {text: \"{{ a"
            + " }}\"}]",
        "[{for: x, in: row.l, steps: [{if: x > 1, then: [{text: \"{{ a }}\"}]}, {gen: a}]}]",
        "[{fork: 2, steps: [{gen: s}, {text: \"{{ s }}{{ branch }}\"}]}, join, {text: \"{{ s"
            + " }}\"}]",
        "[{fork: 2, steps: [{fork: 2, steps: [{gen: s}]}, join, {text: \"{{ s }}\"}]}]",
        "[{if: row.k, then: [{fork: 2, steps: [{gen: s}]}]}, join]",
        "[{set: n, to: 0}, {for: x, in: row.l, steps: [{set: n, to: \"{{ n + x }}\", type:"
            + " integer}]}]",
        "[{gen: a}, {if: a == '', then: [{gen: a}]}]",
        "[{text: \"{% set y = 1 %}{{ y }}{% for z in [1] %}{{ loop.index }}{% endfor %}\"}]",
        "[{text: \"{{ steps.b is defined }}\"}]"
      })
  void whatIsRightIsNot(String steps) {
    assertThat(problems("steps: " + steps)).containsExactly("none: p.yaml");
  }

  @Test
  void columnsAreThoseOfAllBranchesInTheOrderOfTheFile() throws IOException {
    Files.writeString(
        directory.resolve("judge.yaml"),
        "parameters: [t]\nsteps:\n  - text: \"{{ t }}\"\n  - {gen: score, type: integer}\n");
    assertThat(
            columns(
                """
                steps:
                  - {select: category, choices: [a, b]}
                  - if: category == 'a'
                    then:
                      - {gen: reply, n: 3}
                    else:
                      - {gen: urgency, type: number}
                  - fork: 2
                    name: judges
                    steps:
                      - {call: judge.yaml, name: judge, with: {t: x}}
                      - fork: row.n
                        steps: [{set: late, to: true}]
                  - {call: judge.yaml, with: {t: y}}
                  - gen: facts
                    jsonSchema:
                      type: object
                      properties: {tags: {type: array, items: {type: string}}, n: {type: integer}}
                      additionalProperties: false
                  - {gen: text, type: json, jsonSchema: {type: integer}}
                  - {set: total, to: 3}
                """))
        .containsExactly(
            "category string",
            "reply string",
            "reply[1] string",
            "reply[2] string",
            "urgency number",
            "judges/judge/score list of integer",
            "judges/fork/late list of list of boolean",
            "score integer",
            "facts {tags: list of string, n: integer}",
            "text string",
            "total integer");
  }

  @Test
  void fieldsOfTheRowAreKnownWithTheirPlaces() {
    ProgramFile file =
        parse(
            """
            steps:
              - text: |
                  {{ row.body }}
                    {{ row.a.b | default('x') }}
              - if: row['lang'] == 'zh'
                then: [{set: x, to: "{{ row.body }}"}]
            """);
    assertThat(file.rowFields())
        .containsExactly(
            new FieldUse(List.of("body"), "p.yaml:3:10", false),
            new FieldUse(List.of("a", "b"), "p.yaml:4:12", true),
            new FieldUse(List.of("lang"), "p.yaml:5:9", false),
            new FieldUse(List.of("body"), "p.yaml:6:29", false));
  }

  /** Refuses what holds `bad`, at that place; all else takes 20 tokens. */
  private static final class RefusingBad implements ConstraintChecker {
    @Override
    public ShortestOutput check(Constraint constraint) {
      if (constraint instanceof Constraint.Regex regex) {
        refuse(regex.pattern());
      } else if (constraint instanceof Constraint.Grammar grammar) {
        refuse(grammar.ebnf());
      } else {
        throw new ConstraintException(
            ErrorCode.CONSTRAINT_INVALID, "m", "no such type", "/properties/a~1b/type", -1, null);
      }
      return new ShortestOutput(20, 20);
    }

    @Override
    public void checkStop(String pattern) {
      refuse(pattern);
    }

    private static void refuse(String text) {
      if (text.contains("bad")) {
        throw new ConstraintException(
            ErrorCode.CONSTRAINT_INVALID, "m", "it is bad", "", text.indexOf("bad"), null);
      }
    }
  }

  /** Ten tokens, among them {@code <sep>}. */
  private static TargetModel model(boolean hasChatTemplate) {
    return model(hasChatTemplate ? Turns.WRITTEN : Turns.NO_TEMPLATE);
  }

  private static TargetModel model(Turns turns) {
    return new TargetModel(new RefusingBad(), 10, Optional.of(Set.of("<sep>")), turns);
  }

  private static List<String> found(List<Problem> problems) {
    return problems.stream().map(p -> p.location() + " " + p.message()).toList();
  }

  @Test
  void tokensAndTurnsThatTheModelLacksAreRefused() {
    ProgramFile file =
        parse(
            """
            steps:
              - text: x
              - special: <sep>
              - special: <sepp>
              - user: x
              - {gen: a, allowedTokens: [9, 10], stopTokens: 11, logitBias: {0: 1, 12: 1.5}}
            """);
    ProgramCheck check = file.check(model(false));
    assertThat(found(check.problems()))
        .containsExactly(
            "p.yaml:4:14 \"<sepp>\" is no special token of this model",
            "p.yaml:5:5 `user` writes a turn, and the model has no chat template",
            "p.yaml:6:33 `allowedTokens` has the token id 10, which the model lacks",
            "p.yaml:6:50 `stopTokens` has the token id 11, which the model lacks",
            "p.yaml:6:72 `logitBias` has the token id 12, which the model lacks");
    assertThat(check.problems().get(0).remedy()).contains("did you mean <sep>?");
    assertThat(check.problems().get(2).remedy()).isEqualTo("write ids from 0 to 9");
    assertThat(file.check(model(true)).problems()).hasSize(4);
  }

  @Test
  void aChatTemplateThatLosesTurnsIsTold() {
    ProgramFile file = parse("steps: [{system: x}, {user: x}, {gen: a}]");
    ProgramCheck nothing = file.check(model(Turns.NOTHING));
    assertThat(found(nothing.problems()))
        .containsExactly(
            "p.yaml:1:10 `system` writes a turn, and the model's chat template writes nothing",
            "p.yaml:1:23 `user` writes a turn, and the model's chat template writes nothing");
    ProgramCheck content = file.check(model(Turns.NO_CONTENT));
    assertThat(content.problems()).isEmpty();
    assertThat(found(content.warnings())).hasSize(2);
  }

  @Test
  void withoutAModelSyntaxIsChecked() throws IOException {
    TargetModel nothing = TargetModel.unknown(new ConstraintSyntax());
    String faulty =
        """
        steps:
          - {special: <nope>}
          - {user: x}
          - {gen: a, regex: "a(", stopTokens: 999999}
          - gen: b
            jsonSchema:
              properties:
                n: {type: strin}
          - {gen: c, stopRegex: "[z-a]"}
          - {gen: d, grammar: "root ::= x", maxTokens: 1}
          - {gen: e, choices: [long, longer], maxTokens: 1}
        """;
    List<String> places = List.of("p.yaml:4:23", "p.yaml:8:19", "p.yaml:9:", "p.yaml:10:");
    ProgramCheck check = parse(faulty).check(nothing);
    assertThat(check.problems()).hasSize(places.size());
    assertThat(check.warnings()).isEmpty();
    for (int i = 0; i < places.size(); i++) {
      assertThat(check.problems().get(i).location()).startsWith(places.get(i));
      assertThat(check.problems().get(i).remedy()).isNotEmpty();
    }
    Path file = Files.writeString(directory.resolve("p.yaml"), faulty + "  - {gen: f, typ: x}\n");
    assertThatThrownBy(() -> ProgramFile.read(file, Optional.of(nothing)))
        .isInstanceOfSatisfying(
            InvalidProgramException.class,
            e -> {
              assertThat(e.problems()).hasSize(places.size() + 1);
              assertThat(e.problems().subList(0, places.size())).isEqualTo(check.problems());
            });
  }

  @Test
  void attributesThatNoValueGivesAreRefused() {
    assertThat(
            problems(
                "steps: [{text: \"{{ row.__class__ }}\"}, {if: row.a.__init__.x, then: []},"
                    + " {set: b, to: \"{{ ''.__str__() }}\"}]"))
        .containsExactly(
            "p.yaml:1:23: templates may not use '__class__'\n"
                + "    leave it out; a field of that name is read as row['__class__']",
            "p.yaml:1:50: templates may not use '__init__'\n"
                + "    leave it out; a field of that name is read as row['__init__']",
            "p.yaml:1:93: templates may not use '__str__'\n"
                + "    leave it out; a field of that name is read as row['__str__']");
    assertThat(
            problems(
                "steps: [{text: \"{{ row['__class__'] }}{{ row.__mine__ }}\"},"
                    + " {if: row.__class__ is defined, then: []}]"))
        .containsExactly("none: p.yaml");
  }

  @Test
  void aFaultyProgramTellsWarningsAndFieldsToo() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("q.yaml"),
            "steps:\n  - {text: '{{ row.body }}'}\n  - {gen: a, regex: x, stopTokens: 10}\n"
                + "  - {gen: b, typ: integer}\n");
    assertThatThrownBy(() -> ProgramFile.read(file, Optional.of(model(true))))
        .isInstanceOfSatisfying(
            InvalidProgramException.class,
            e -> {
              assertThat(found(e.problems()))
                  .containsExactly(
                      "q.yaml:3:36 `stopTokens` has the token id 10, which the model lacks",
                      "q.yaml:4:14 the step has no field `typ`");
              assertThat(e.warnings())
                  .singleElement()
                  .asString()
                  .startsWith("q.yaml:3:21: the shortest output");
              assertThat(e.rowFields())
                  .containsExactly(new FieldUse(List.of("body"), "q.yaml:2:16", false));
            });
  }

  @Test
  void constraintsAreCheckedAlsoWhereSomethingElseIsWrong() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("q.yaml"),
            "steps:\n  - {gen: a, regex: xbad}\n  - {gen: b, typ: integer}\n");
    assertThatThrownBy(() -> ProgramFile.read(file, Optional.of(model(true))))
        .isInstanceOfSatisfying(
            InvalidProgramException.class,
            e ->
                assertThat(e.problems())
                    .extracting(Problem::location)
                    .containsExactly("q.yaml:2:22", "q.yaml:3:14"));
  }

  @Test
  void constraintsAreCompiledAndFaultsHaveTheirPlace() {
    ProgramCheck check =
        parse(
                """
                steps:
                  - {gen: a, regex: "xbad"}
                  - gen: b
                    grammar: |
                      root ::= x
                      x ::= bad
                  - gen: c
                    jsonSchema:
                      properties:
                        a/b: {type: strin}
                  - {gen: d, stopRegex: 'bad', maxTokens: 99}
                  - {gen: e, regex: good, maxTokens: 20}
                  - {gen: f, regex: good}
                """)
            .check(model(true));
    assertThat(check.problems())
        .extracting(problem -> problem.location() + " " + problem.message())
        .containsExactly(
            "p.yaml:2:23 `regex`: it is bad",
            "p.yaml:6:13 `grammar`: it is bad",
            "p.yaml:10:21 `jsonSchema`: no such type",
            "p.yaml:11:26 `stopRegex`: it is bad");
    assertThat(check.warnings())
        .singleElement()
        .asString()
        .contains("p.yaml:13:21: the shortest output that `regex` of `f` allows has 20 tokens")
        .contains("maxTokens is 16");
  }

  @Test
  void anAnswerThatNoColumnKeepsIsWarnedOf() {
    ProgramCheck check = parse("steps: [{text: x}, {gen: a}, {gen: a}]").check(model(true));
    assertThat(check.warnings())
        .extracting(Problem::message)
        .containsExactly("`a` is given twice in one list of steps, first at p.yaml:1:26");
  }

  @Test
  void calledFilesStayBelowTheFolderAndNothingOfThemIsPrinted() throws IOException {
    Path outside = Files.createDirectories(directory.resolve("outside"));
    Files.writeString(outside.resolve("secret.yaml"), "password: hunter2\n");
    Path inside = Files.createDirectories(directory.resolve("inside"));
    Files.createSymbolicLink(inside.resolve("link.yaml"), outside.resolve("secret.yaml"));
    Files.createSymbolicLink(inside.resolve("folder"), outside);
    Files.createDirectories(inside.resolve("lib"));
    Files.writeString(inside.resolve("shared.yaml"), "steps: [{text: x}]");
    Files.writeString(inside.resolve("lib/up.yaml"), "steps: [{call: ../shared.yaml}]");
    for (String path : List.of("link.yaml", "folder/secret.yaml", "../outside/secret.yaml")) {
      try {
        ProgramFile file = ProgramFile.parse("p.yaml", "steps: [{call: " + path + "}]", inside);
        assertThat(file).as(path).isNull();
      } catch (InvalidProgramException e) {
        assertThat(e.getMessage()).contains("folder").doesNotContain("hunter2", "password");
      }
    }
    ProgramFile file = ProgramFile.parse("p.yaml", "steps: [{call: lib/up.yaml}]", inside);
    assertThat(file.texts()).containsOnlyKeys("p.yaml", "lib/up.yaml", "shared.yaml");
    assertThat(problems("steps: [{call: inside}]")).singleElement().asString().contains("no file");
  }

  @Test
  void aProgramInJavaMayDeclareItsColumns() {
    assertThat(ProgramSource.ofClass(Declaring.class.getName()).load().columns())
        .contains(List.of(new Column("a", dev.espalier.row.ValueType.INTEGER)));
    assertThat(ProgramSource.ofClass(ProgramFileTest.Greeting.class.getName()).load().columns())
        .isEmpty();
  }

  /** A program that says its columns. */
  public static final class Declaring implements dev.espalier.program.Program {
    @Override
    public void run(dev.espalier.program.State s) {
      s.set("a", 1);
    }

    @Override
    public java.util.Optional<List<Column>> columns() {
      return java.util.Optional.of(List.of(new Column("a", dev.espalier.row.ValueType.INTEGER)));
    }
  }
}
