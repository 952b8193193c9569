package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.open.ModelDirectory;
import dev.espalier.io.read.InputCheck;
import dev.espalier.io.read.ReadOptions;
import dev.espalier.program.source.ProgramFile;
import dev.espalier.row.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramReviewTest {
  private static final TextSide NANO =
      TextSide.load("nano", ModelDirectory.resolve("builtin:nano").path());

  @TempDir Path directory;

  private ProgramReview review(String program, String input, String rows) throws Exception {
    Path file = Files.writeString(directory.resolve(input), rows);
    JobFile.Input described =
        JobFileReader.read(
                Files.writeString(
                    directory.resolve("job.yaml"),
                    "model: builtin:nano\nprogram: p.yaml\ninput: {path: "
                        + file
                        + ", id: id}\noutput: {path: out}\n"),
                List.of())
            .input();
    ReadOptions options = InputRows.options(described);
    ProgramFile parsed = ProgramFile.parse("p.yaml", program, directory);
    return ProgramReview.of(
        parsed.check(NANO.target()), parsed.rowFields(), InputCheck.of(options));
  }

  private static List<String> told(List<Problem> problems) {
    return problems.stream().map(p -> p.location() + ": " + p.message()).toList();
  }

  private static final String FIELDS =
      """
      steps:
        - text: "{{ row.body }} {{ row.bdy }} {{ row.note | default('') }}"
        - {if: row.urgent, then: []}
      """;

  @Test
  void aFieldThatTheSchemaLacksIsAProblem() throws Exception {
    ProgramReview review = review(FIELDS, "in.csv", "id,body\n1,x\n");
    assertThat(told(review.problems()))
        .containsExactly(
            "p.yaml:2:30: the input has no field `bdy`",
            "p.yaml:3:10: the input has no field `urgent`");
    assertThat(review.problems().get(0).remedy()).startsWith("did you mean body?");
    assertThat(told(review.warnings()))
        .containsExactly("p.yaml:2:44: the input has no field `note`");
  }

  @Test
  void aFieldThatNoRowOfJsonLinesHasIsWarnedOf() throws Exception {
    ProgramReview review =
        review(FIELDS, "in.jsonl", "{\"id\": 1, \"body\": \"x\"}\n{\"id\": 2, \"urgent\": true}\n");
    assertThat(review.problems()).isEmpty();
    assertThat(told(review.warnings()))
        .containsExactly("p.yaml:2:30: no row of the input that was looked at has a field `bdy`");
  }

  @Test
  void constraintsCompileForTheModel() throws Exception {
    ProgramReview review =
        review(
            """
            steps:
              - text: x
              - {gen: a, regex: "[A-Z]{3}-(\\\\d{2}"}
              - gen: b
                jsonSchema: {type: object, properties: {x: {type: strin}}}
              - {gen: c, grammar: "root ::= nobody"}
              - {gen: d, stopRegex: "("}
              - {gen: e, choices: [a long text that has more tokens than it may have, internal]}
              - {gen: f, regex: "(word ){40}"}
              - {gen: g, regex: "ok", maxTokens: 3}
            """,
            "in.jsonl", "{\"id\": 1}\n");
    assertThat(review.problems())
        .extracting(p -> Optional.of(p.location()).get())
        .hasSize(4)
        .allMatch(place -> place.matches("p[.]yaml:[3567]:\\d+"));
    assertThat(told(review.warnings())).hasSize(1);
    assertThat(told(review.warnings()).get(0))
        .startsWith("p.yaml:9:21: the shortest output that `regex` of `f` allows has ");
  }
}
