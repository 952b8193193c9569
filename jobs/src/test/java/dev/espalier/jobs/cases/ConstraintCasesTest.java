package dev.espalier.jobs.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.io.read.ReadOptions;
import dev.espalier.io.read.RecordScan;
import dev.espalier.jobs.JobFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs with constraints that once went wrong in silence. */
class ConstraintCasesTest {
  @TempDir Path directory;

  @Test
  void outputsThatMaxTokensCutsShortAreErrorRowsAndWholeOnesAreNot() throws IOException {
    JobFolder folder = new JobFolder(directory);
    folder.write(
        "data.jsonl",
        """
        {"id": "choices", "kind": "choices"}
        {"id": "schema", "kind": "schema"}
        {"id": "regex", "kind": "regex"}
        {"id": "grammar", "kind": "grammar"}
        {"id": "whole", "kind": "whole"}
        """);
    folder.write(
        "program.yaml",
        """
        steps:
          - user: "ask"
          - if: row.kind == "choices"
            then:
              - {gen: a, maxTokens: 4, choices: [international shipping, intergovernmental affairs]}
          - if: row.kind == "schema"
            then:
              - gen: js
                jsonSchema: {type: object, properties: {summary: {type: string, minLength: 30}}, required: [summary], additionalProperties: false}
          - if: row.kind == "regex"
            then:
              - {gen: a, maxTokens: 5, regex: "[A-Z][a-z]{60}"}
          - if: row.kind == "grammar"
            then:
              - {gen: a, maxTokens: 6, grammar: 'root ::= "[" root "]" | [a-z]{40}'}
          - if: row.kind == "whole"
            then:
              - {gen: b, maxTokens: 3, regex: "[a-z ]*"}
        """);
    folder.write(
        "job.yaml",
        """
        model: builtin:nano
        program: program.yaml
        input: {path: data.jsonl, id: id}
        output: {path: out}
        seed: 1
        maxFailures: 100%
        """);

    JobFolder.Ended ended = folder.run("run", directory.resolve("job.yaml").toString());

    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(ended.out()).contains("5 rows written").contains("4 failed");
    Map<String, String> messages = new TreeMap<>();
    RecordScan.forEach(
        ReadOptions.of(directory.resolve("out").toString()).withIdField("id"),
        row -> {
          if (row.fields().get("error") instanceof Map<?, ?> error) {
            assertThat(error.get("code")).as(row.id()).isEqualTo("OUTPUT_INCOMPLETE");
            assertThat(error.get("step")).as(row.id()).isIn("a", "js");
            messages.put(row.id(), (String) error.get("message"));
          }
        });
    assertThat(messages).containsOnlyKeys("choices", "schema", "regex", "grammar");
    assertThat(messages.get("choices")).contains("maxTokens allows 4 tokens");
    assertThat(messages.get("schema")).contains("maxTokens allows 16 tokens");
    assertThat(messages.get("regex")).contains("maxTokens allows 5 tokens");
    assertThat(messages.get("grammar")).contains("maxTokens allows 6 tokens");
  }
}
