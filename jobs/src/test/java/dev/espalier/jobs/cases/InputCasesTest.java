package dev.espalier.jobs.cases;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.io.read.ReadOptions;
import dev.espalier.io.read.RecordScan;
import dev.espalier.jobs.JobFolder;
import dev.espalier.jobs.JobFolder.Ended;
import dev.espalier.row.Row;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Input files as users have them, through the whole command. */
class InputCasesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;

  @Test
  void csvRowsThatCannotBeParsedAreErrorRows() throws IOException {
    input("data.csv", "id,txt\n1,ok\n2,\"bad\" quote\n3,fine\n4,a,b\n5\n6,last\n");
    assertThat(refused("data.csv", "badLines: fail"))
        .contains("data.csv:3: text after the closing quote");
    assertThat(table("data.csv", "row.txt", "badLines: row"))
        .isEqualTo(
            Map.of(
                "1", "ok",
                "data.csv#2", "BAD_ROW line 3: text after the closing quote at line 3, character 7",
                "3", "fine",
                "data.csv#4", "BAD_ROW line 5: 3 cells where the header has 2",
                "data.csv#5", "BAD_ROW line 6: 1 cell where the header has 2",
                "6", "last"));

    input("in.csv", "id,body\n1,\"abc\n2,x\n3,y\n");
    assertThat(table("in.csv", "row.body", "badLines: row"))
        .containsEntry("2", "x")
        .containsEntry("3", "y")
        .containsEntry(
            "in.csv#1", "BAD_ROW line 2: the quote at line 2, character 3 is never closed");
  }

  @Test
  void anIndexColumnAsPandasWritesItIsPassedOver() throws IOException {
    input("data.csv", ",id,txt\n0,a,hello\n1,b,hi\n");
    assertThat(table("data.csv", "row.txt", "")).isEqualTo(Map.of("a", "hello", "b", "hi"));
  }

  @Test
  void controlCharactersGoThrough() throws IOException {
    String text = "\u001b[31m a\0b\u000bc\bd\u0007\tx\ny\r\f\u001f\\u0041\u007f";
    input("data.jsonl", JSON.writeValueAsString(Map.of("id", 0, "t", text)) + "\n");
    assertThat(run("data.jsonl", "row.id", "").code()).isZero();
    RecordScan.forEach(
        ReadOptions.of(directory.resolve("out-data.jsonl").toString()),
        row -> assertThat(row.fields()).containsEntry("t", text));
  }

  @Test
  void halfASurrogatePairIsAnErrorOfItsRow() throws IOException {
    input("data.jsonl", "{\"id\":1,\"t\":\"cut \\ud83d\"}\n{\"id\":2,\"t\":\"\\ud83d\\ude00\"}\n");
    assertThat(table("data.jsonl", "row.id", ""))
        .isEqualTo(
            Map.of("1", "INVALID_TEXT the field \"t\" holds half a surrogate pair", "2", "2"));
  }

  @Test
  void whatIsNoJsonIsRefusedWithARemedyThatTheUserHas() throws IOException {
    input("data.jsonl", "{\"id\":1,\"score\":0.5}\n{\"id\":2,\"score\":NaN}\n");
    assertThat(refused("data.jsonl", ""))
        .contains("data.jsonl:2:17: not a JSON object: `NaN` is no JSON value")
        .contains("Write null in its place")
        .doesNotContain("Feature");
    input("deep.jsonl", "{\"id\":" + "[".repeat(5000) + "]".repeat(5000) + "}\n");
    assertThat(refused("deep.jsonl", ""))
        .contains("deep.jsonl:1:1006: not a JSON object: nested deeper than 1000")
        .doesNotContain("Constraints");
    input("array.jsonl", "[\n  {\"id\": 1},\n  {\"id\": 2}\n]\n");
    assertThat(refused("array.jsonl", "")).contains("an array, not an object").contains("jq -c");
    input("pretty.jsonl", "{\n  \"id\": 1\n}\n");
    assertThat(refused("pretty.jsonl", ""))
        .contains("pretty.jsonl:1:2: not a JSON object: it is not closed on its line")
        .contains("Write each object on one line");
  }

  @Test
  void parquetListsOfOlderWritersAndRowGroupsWithoutRows() throws IOException {
    resource("two-level-lists.parquet");
    assertThat(table("two-level-lists.parquet", "row.inner | tojson", "").values())
        .singleElement()
        .satisfies(json -> assertThat(json.replace(" ", "")).isEqualTo("[[1,2],[3]]"));
    resource("empty-row-group.parquet");
    assertThat(table("empty-row-group.parquet", "row.a", "").values())
        .containsExactlyInAnyOrder("x", "y", "z");
  }

  @Test
  void aDamagedFooterIsRefusedBeforeAnyWork() throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    byte[] structs = new byte[50_000];
    Arrays.fill(structs, (byte) 0x1C); // a field that is a structure
    file.write("PAR1".getBytes(StandardCharsets.US_ASCII));
    file.write(structs);
    file.write(new byte[] {0x50, (byte) 0xC3, 0, 0}); // 50,000
    file.write("PAR1".getBytes(StandardCharsets.US_ASCII));
    Files.write(directory.resolve("in.parquet"), file.toByteArray());
    assertThat(refused("in.parquet", ""))
        .contains("in.parquet: the Parquet footer cannot be read: its structure is nested");
  }

  @Test
  void compressedFilesEndWhereTheirDataEnds() throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(file)) {
      out.write("{\"id\":1,\"body\":\"x\"}\n".getBytes(StandardCharsets.UTF_8));
    }
    int end = file.size();
    file.write("junk".getBytes(StandardCharsets.UTF_8));
    Files.write(directory.resolve("in.jsonl.gz"), file.toByteArray());
    assertThat(refused("in.jsonl.gz", ""))
        .contains("other bytes after the end of the compressed data, at byte " + end);
  }

  @Test
  void aFileOfAByteOrderMarkAloneHasNoRow() throws IOException {
    input("in.jsonl", "\uFEFF\n");
    assertThat(refused("in.jsonl", "")).contains("in.jsonl: there is no row in it");
  }

  @Test
  void utf16IsNamed() throws IOException {
    Files.write(
        directory.resolve("in.csv"), "id,txt\r\n1,a\r\n".getBytes(StandardCharsets.UTF_16LE));
    assertThat(refused("in.csv", "badLines: row"))
        .contains("not CSV but UTF-16 text")
        .contains("iconv -f UTF-16 -t UTF-8");
  }

  private void input(String name, String content) throws IOException {
    Files.writeString(directory.resolve(name), content);
  }

  private void resource(String name) throws IOException {
    try (InputStream in = InputCasesTest.class.getResourceAsStream(name)) {
      Files.copy(in, directory.resolve(name));
    }
  }

  /** Of each row by its id: what the expression gives, or code and message of its error. */
  private Map<String, String> table(String input, String expression, String option)
      throws IOException {
    Ended ended = run(input, expression, option);
    assertThat(ended.code()).as(ended.err()).isZero();
    Map<String, String> rows = new TreeMap<>();
    RecordScan.forEach(
        ReadOptions.of(directory.resolve("out-" + input).toString()).withIdField("id"),
        row -> rows.put(row.id(), answer(row)));
    return rows;
  }

  private static String answer(Row row) {
    return row.fields().get("error") instanceof Map<?, ?> error
        ? error.get("code") + " " + error.get("message")
        : (String) row.fields().get("x");
  }

  /** The message of a job that does not begin. */
  private String refused(String input, String option) throws IOException {
    Ended ended = run(input, "row.id", option);
    assertThat(ended.code()).as(ended.err()).isEqualTo(2);
    assertThat(directory.resolve("out-" + input)).doesNotExist();
    assertThat(ended.err()).doesNotContain("dev.espalier").doesNotContain("Exception");
    return ended.err();
  }

  private Ended run(String input, String expression, String option) throws IOException {
    Files.deleteIfExists(directory.resolve("job.yaml"));
    JobFolder folder = new JobFolder(directory);
    boolean hasText = Files.readString(directory.resolve(input), ISO_8859_1).contains("\"t\":");
    folder.write("program.yaml", "steps:\n  - {set: x, to: \"{{ " + expression + " }}\"}\n");
    folder.write(
        "job.yaml",
        """
        model: builtin:nano
        program: program.yaml
        input: {path: %s, id: id%s}
        output: {path: out-%s, overwrite: true%s}
        maxFailures: 100%%
        """
            .formatted(
                input,
                option.isEmpty() ? "" : ", " + option,
                input,
                hasText ? ", include: [t]" : ""));
    return folder.run("run", directory.resolve("job.yaml").toString());
  }
}
