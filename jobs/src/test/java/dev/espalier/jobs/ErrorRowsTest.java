package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.io.read.ReadOptions;
import dev.espalier.io.read.RecordScan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that cannot work keep a code each; the others do not notice. */
class ErrorRowsTest {
  private static final Map<String, String> CODES =
      new TreeMap<>(
          Map.of(
              "throws", "PROGRAM_FAILED",
              "too long", "PROMPT_TOO_LONG",
              "no token", "CONSTRAINT_UNSATISFIABLE",
              "bad regex", "CONSTRAINT_INVALID",
              "bad parameter", "INVALID_PARAMETERS",
              "no number", "VALUE_INVALID",
              "never set", "UNDEFINED_VARIABLE",
              "late", "PROGRAM_FAILED"));

  @TempDir Path directory;

  @Test
  void everyFaultIsAnErrorRowWithItsCodeAndTheRestIsComplete() throws IOException {
    JobFolder folder = new JobFolder(directory);
    ByteArrayOutputStream rows = new ByteArrayOutputStream();
    for (int i = 0; i < 30; i++) {
      line(rows, "good" + i, "none");
    }
    for (String fault : CODES.keySet()) {
      line(rows, fault, fault);
    }
    rows.write("{\"id\":\"missing\",\"fault\":\"none\"}\n".getBytes(StandardCharsets.UTF_8));
    rows.write(
        "{\"id\":\"surrogate\",\"fault\":\"none\",\"question\":\"\\ud800\"}\n"
            .getBytes(StandardCharsets.UTF_8));
    rows.write(
        "{\"id\":\"bytes\",\"fault\":\"none\",\"question\":\"".getBytes(StandardCharsets.UTF_8));
    rows.write(new byte[] {(byte) 0xff, (byte) 0xc3, 0x28});
    rows.write("\"}\n".getBytes(StandardCharsets.UTF_8));
    Files.write(directory.resolve("rows.jsonl"), rows.toByteArray());
    folder.write(
        "job.yaml",
        """
        model: builtin:nano
        program: dev.espalier.jobs.Faulty
        input: {path: rows.jsonl, id: id}
        output: {path: out}
        """);

    JobFolder.Ended ended = folder.run("run", directory.resolve("job.yaml").toString());
    assertThat(ended.code()).as(ended.err()).isEqualTo(Espalier.FAILED);
    assertThat(ended.out()).contains("41 rows written").contains("11 failed");

    Map<String, String> expected = new TreeMap<>(CODES);
    expected.put("missing", "MISSING_FIELD");
    expected.put("surrogate", "INVALID_TEXT");
    expected.put("bytes", "INVALID_UTF8");
    Map<String, String> codes = new TreeMap<>();
    Map<String, Object> answers = new TreeMap<>();
    RecordScan.forEach(
        ReadOptions.of(directory.resolve("out").toString()).withIdField("id"),
        row -> {
          if (row.fields().get("error") instanceof Map<?, ?> error) {
            codes.put(row.id(), (String) error.get("code"));
            assertThat((String) error.get("message")).isNotBlank();
          } else {
            answers.put(row.id(), row.fields().get("answer"));
          }
        });
    assertThat(codes).isEqualTo(expected);
    assertThat(answers).hasSize(30).doesNotContainValue(null);
    assertThat(
            folder
                .run(
                    "run",
                    directory.resolve("job.yaml").toString(),
                    "--set",
                    "maxFailures=1",
                    "--set",
                    "output.path=again")
                .code())
        .isZero();
  }

  private static void line(ByteArrayOutputStream rows, String id, String fault) throws IOException {
    String text =
        "{\"id\":\"%s\",\"fault\":\"%s\",\"question\":\"What is %d + 2?\"}\n"
            .formatted(id, fault, id.length());
    rows.write(text.getBytes(StandardCharsets.UTF_8));
  }
}
