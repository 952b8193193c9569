package dev.espalier.program.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.program.Program;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramFileTest {
  @TempDir Path directory;

  private static List<String> problems(String yaml) {
    return problems(yaml, Path.of("."));
  }

  private static List<String> problems(String yaml, Path directory) {
    try {
      ProgramFile file = ProgramFile.parse("p.yaml", yaml, directory);
      return List.of("none: " + file.name());
    } catch (InvalidProgramException e) {
      return e.problems().stream().map(p -> p.location() + ": " + p.message()).toList();
    }
  }

  @Test
  void allProblemsAreReportedTogetherInTheOrderOfTheFile() {
    assertThat(
            problems(
                """
                vers: {a: 1}
                steps:
                  - user: "Hi {{ nobody }}"
                  - gen: reply
                    maxToken: 3
                    temperature: hot
                    topP: 2
                  - sellect: category
                  - user: |
                      first
                      {% if reply %}
                      {{ reply | shuffle }}
                  - if: reply ==
                    then: []
                """))
        .containsExactly(
            "p.yaml:1:1: a program has no field `vers`",
            "p.yaml:3:18: nothing in this file gives `nobody` a value",
            "p.yaml:5:5: the step has no field `maxToken`",
            "p.yaml:6:18: `temperature` is not a number",
            "p.yaml:7:11: topP is 2.0 but must be more than 0 and at most 1",
            "p.yaml:8:5: this is no step",
            "p.yaml:12:28: found the end where {% elif or else or endif %} should be",
            "p.yaml:13:17: found the end where an expression should be");
  }

  @Test
  void optionsOutOfRangeAreSaidWhereTheyAre() {
    assertThat(
            problems(
                """
                steps:
                  - gen: a
                    stop: ""
                    badWords: [door, "", ""]
                    stopTokens: []
                    n: 2000
                    topK: -2
                    logprobs: -1
                    repetitionPenalty: 1e-45
                    temperature: 1e-50
                    logitBias: {5: 1e39}
                    minTokens: 40
                """))
        .containsExactly(
            "p.yaml:3:11: `stop` holds the empty string \"\"",
            "p.yaml:4:22: `badWords` holds the empty string \"\"",
            "p.yaml:4:26: `badWords` holds the empty string \"\"",
            "p.yaml:5:17: `stopTokens` lists no token",
            "p.yaml:6:8: n is 2000 but must be between 1 and 1024",
            "p.yaml:7:11: topK is -2 but must be 0 (all) or more",
            "p.yaml:8:15: logprobs is -1 but must be between 0 and 1000; all tokens of the"
                + " vocabulary are not reported",
            "p.yaml:9:24: repetitionPenalty is 1.0E-45 but must be between 0.000001 and 1000000"
                + " (1 is none)",
            "p.yaml:10:18: temperature is 1.0E-50 but must be 0 or between 0.000001 and 1000000",
            "p.yaml:11:16: logitBias is 1.0E39 for token 5 but must be between -1000000 and"
                + " 1000000",
            "p.yaml:12:16: minTokens is 40 but must be between 0 and maxTokens, which is 16");
  }

  @Test
  void choicesAreBounded() {
    String choices = String.join(", ", IntStream.range(0, 10_001).mapToObj(i -> "c" + i).toList());
    assertThat(problems("steps:\n  - {gen: a, choices: [" + choices + "]}\n"))
        .containsExactly("p.yaml:2:23: choices holds 10001 texts but may hold 10000");
    assertThat(problems("steps:\n  - {select: a, choices: [" + choices + "]}\n"))
        .containsExactly("p.yaml:2:26: the choices of `a` are 10001 texts");
  }

  @Test
  void whatCannotBeTheSameTwiceIsRefused() {
    assertThat(problems("steps:\n  - {gen: a, regex: x, choices: [b]}\n"))
        .containsExactly(
            "p.yaml:2:5: a generation has one constraint at most, but this one has regex and"
                + " choices");
    assertThat(problems("steps:\n  - {select: a, choices: [x, x]}\n")).hasSize(1);
    assertThat(problems("steps:\n  - {select: a}\n")).hasSize(1);
    assertThat(problems("steps:\n  - {gen: a, gen: b}\n"))
        .containsExactly("p.yaml:2:14: `gen` is given twice, first at p.yaml:2:6");
    assertThat(problems("steps:\n  - {gen: a, user: b}\n"))
        .containsExactly("p.yaml:2:5: this is 2 steps in one");
    assertThat(problems("steps:\n  - {gen: row}\n"))
        .containsExactly("p.yaml:2:11: `row` has a meaning of its own");
    assertThat(problems("steps:\n  - {gen: a/b}\n"))
        .containsExactly("p.yaml:2:11: `a/b` is no name");
    assertThat(problems("steps:\n  - {gen: a, type: float}\n"))
        .containsExactly("p.yaml:2:20: `float` is no type");
  }

  @Test
  void brokenFilesAreSaidWithTheirPlace() {
    assertThat(problems("steps:\n  - user: \"x\n"))
        .singleElement()
        .asString()
        .startsWith("p.yaml:3:1: not YAML: a text in quotes has no end");
    assertThat(problems("")).containsExactly("p.yaml:1:1: the file holds no mapping");
    assertThat(problems("[1]")).containsExactly("p.yaml:1:1: the file holds no mapping");
    assertThat(problems("vars: {}")).containsExactly("p.yaml:1:1: a program has no `steps`");
    assertThat(problems("steps: gen")).containsExactly("p.yaml:1:8: steps are a list, not a text");
    assertThat(problems("steps: [3]")).containsExactly("p.yaml:1:9: this is no step but a number");
    assertThatThrownBy(() -> ProgramFile.read(directory.resolve("none.yaml")))
        .isInstanceOf(InvalidProgramException.class)
        .hasMessageContaining("none.yaml: the file cannot be read");
  }

  @Test
  void whatIsNotDeterministicIsRefused() {
    for (String template :
        List.of(
            "{{ now() }}",
            "{{ [1, 2] | random }}",
            "{{ [[1] | shuffle] }}",
            "{{ today() }}",
            "{% include 'x' %}",
            "{{ row.a | render }}",
            "{{ 3 | unixtimestamp }}")) {
      assertThat(problems("steps:\n  - text: \"" + template + "\"\n"))
          .as(template)
          .noneMatch(problem -> problem.startsWith("none"));
    }
  }

  @Test
  void calledFilesAreReadWithTheFile() throws IOException {
    Files.createDirectories(directory.resolve("lib"));
    Path judge = directory.resolve("lib/judge.yaml");
    Files.writeString(judge, "parameters: [text]\nsteps:\n  - {call: deep.yaml}\n");
    Path deep = directory.resolve("lib/deep.yaml");
    Files.writeString(deep, "steps:\n  - {gen: score}\n");
    String main = "steps:\n  - {call: lib/judge.yaml, with: {text: Hi}}\n";
    ProgramFile file = ProgramFile.parse("p.yaml", main, directory);
    assertThat(file.texts()).containsOnlyKeys("p.yaml", "lib/judge.yaml", "lib/deep.yaml");
    String hash = file.hash();
    assertThat(ProgramFile.parse("p.yaml", main, directory).hash()).isEqualTo(hash);
    Files.writeString(deep, "steps:\n  - {gen: mark}\n");
    assertThat(ProgramFile.parse("p.yaml", main, directory).hash()).isNotEqualTo(hash);
    assertThat(file.load()).as("the old texts still run").isNotNull();
  }

  @Test
  void problemsOfCallsAreSaidWhereTheyAre() throws IOException {
    Files.writeString(
        directory.resolve("a.yaml"), "parameters: [text]\nsteps:\n  - {call: a.yaml}\n");
    Files.writeString(directory.resolve("bad.yaml"), "steps:\n  - {gen: a, maxTokens: 0}\n");
    assertThat(
            problems(
                """
                steps:
                  - {call: a.yaml, with: {txt: x}}
                  - {call: bad.yaml}
                  - {call: none.yaml}
                """,
                directory))
        .containsExactlyInAnyOrder(
            "a.yaml:3:12: the program calls itself: p.yaml → a.yaml → a.yaml",
            "p.yaml:2:12: the call lacks text",
            "p.yaml:2:12: the called file has no parameter txt",
            "bad.yaml:2:25: maxTokens is 0 but must be at least 1",
            "p.yaml:4:12: there is no file none.yaml");
    Files.write(directory.resolve("latin.yaml"), new byte[] {'a', (byte) 0xe9, ':'});
    assertThat(problems("steps: [{call: latin.yaml}]", directory))
        .containsExactly("p.yaml:1:16: latin.yaml cannot be read: it is not UTF-8");
  }

  @Test
  void sourcesAndTheirProgramsCanBeSentToWorkers() throws Exception {
    ProgramFile file = ProgramFile.parse("p.yaml", "steps:\n  - {text: Hi}\n", directory);
    assertThat(copy(file)).isEqualTo(file);
    assertThat(copy(file.load())).isInstanceOf(Program.class);
    ProgramSource source = ProgramSource.ofClass(Greeting.class.getName());
    assertThat(copy(source).load()).isInstanceOf(Greeting.class);
    assertThat(source.hash()).hasSize(64).isNotEqualTo(file.hash());
  }

  @SuppressWarnings("unchecked") // what was written comes back
  private static <T> T copy(T object) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (T) in.readObject();
    }
  }

  @Test
  void classesThatAreNoProgramsAreRefused() {
    assertThatThrownBy(() -> ProgramSource.ofClass("no.Such").load())
        .isInstanceOf(InvalidProgramException.class)
        .hasMessageContaining("class no.Such: there is no such class");
    assertThatThrownBy(() -> ProgramSource.ofClass("java.lang.String").load())
        .hasMessageContaining("does not implement");
    assertThatThrownBy(() -> ProgramSource.ofClass(Hidden.class.getName()).load())
        .hasMessageContaining("no public constructor");
  }

  /** A program as users write them: outside of the language's package. */
  public static final class Greeting implements Program {
    @Override
    public void run(dev.espalier.program.State s) {
      s.text("Hello");
    }
  }

  static final class Hidden implements Program {
    @SuppressWarnings("unused") // makes the class one without the constructor it needs
    Hidden(int number) {}

    @Override
    public void run(dev.espalier.program.State s) {}
  }
}
