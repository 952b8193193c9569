package dev.espalier.io.read;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import dev.espalier.io.FileProblemException;
import dev.espalier.row.Row;
import dev.espalier.row.RowError;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonlReaderTest {
  @TempDir Path directory;

  @Test
  void valuesKeepTheirTypesAndOrder() throws IOException {
    Row row =
        only(
            """
{"z": 1, "a": -1.5e3, "s": "é\\n", "t": true, "n": null, "l": [1, [2.0]], "o": {"b": 2, "a": {}}}
""");
    assertThat(row.fields().keySet()).containsExactly("z", "a", "s", "t", "n", "l", "o");
    assertThat(row.fields().get("z")).isEqualTo(1L);
    assertThat(row.fields().get("a")).isEqualTo(-1500.0);
    assertThat(row.fields().get("s")).isEqualTo("é\n");
    assertThat(row.fields().get("t")).isEqualTo(true);
    assertThat(row.fields()).containsEntry("n", null);
    assertThat(row.fields().get("l")).isEqualTo(List.of(1L, List.of(2.0)));
    assertThat(row.fields().get("o")).isEqualTo(Map.of("b", 2L, "a", Map.of()));
  }

  @Test
  void numbersThatDoNotFitStayText() throws IOException {
    Row row =
        only(
            "{\"max\": 9223372036854775807, \"over\": 9223372036854775808, \"huge\": 1e400, \"x\":"
                + " 0.1}");
    assertThat(row.fields())
        .containsEntry("max", Long.MAX_VALUE)
        .containsEntry("over", "9223372036854775808")
        .containsEntry("huge", "1e400")
        .containsEntry("x", 0.1);
  }

  @Test
  void everySplitSizeGivesEachLineOnce() throws IOException {
    Path file = directory.resolve("a.jsonl");
    Files.writeString(
        file,
        "{\"id\":1}\n\n{\"id\":\"ä\"}\r\n   \n{\"id\":3, \"x\": \"long enough\"}\n{\"id\":4}");
    ReadOptions options = Reading.options(file).withIdField("id");
    List<Row> whole = Reading.all(options);
    assertThat(whole).extracting(Row::id).containsExactly("1", "ä", "3", "4");
    for (long bytes = 1; bytes <= Files.size(file) + 1; bytes++) {
      assertThat(Reading.all(options.withSplitBytes(bytes)))
          .as("split of %s", bytes)
          .isEqualTo(whole);
    }
  }

  @Test
  void withoutAnIdFieldTheLineIsTheId() throws IOException {
    Path file = directory.resolve("a.jsonl");
    Files.writeString(file, "{\"x\":1}\n\n{\"x\":2}\n");
    assertThat(Reading.all(Reading.options(file).withSplitBytes(3)))
        .extracting(Row::id)
        .containsExactly("a.jsonl#1", "a.jsonl#3");
    assertThat(Reading.all(Reading.options(directory)))
        .extracting(Row::id)
        .containsExactly("a.jsonl#1", "a.jsonl#3");
  }

  @Test
  void invalidUtf8DamagesItsOwnRowAlone() throws IOException {
    Path file = directory.resolve("a.jsonl");
    String lines =
        "{\"id\":\"a\",\"x\":\"\u00e4\"}\n"
            + "{\"id\":\"\u00e4\"}\n"
            + "\u00ff\u00ff\n"
            + "{\"id\":\"d\",\"x\":\"ok\"}\n";
    Files.write(file, lines.getBytes(ISO_8859_1));

    List<Row> rows = Reading.all(Reading.options(file).withIdField("id"));

    assertThat(rows).extracting(Row::id).containsExactly("a", "a.jsonl@19", "a.jsonl@30", "d");
    assertThat(rows.get(0).error())
        .contains(
            new RowError("INVALID_UTF8", "byte 0xE4 at offset 15 of the line is not UTF-8", ""));
    assertThat(rows.get(0).fields()).containsEntry("x", "\uFFFD");
    assertThat(rows.get(2).error()).map(RowError::code).contains("INVALID_UTF8");
    assertThat(rows.get(3).error()).isEmpty();
  }

  @Test
  void theReplacementCharacterItselfIsValid() throws IOException {
    assertThat(only("{\"id\": \"\uFFFD\"}").error()).isEmpty();
  }

  @Test
  void aByteOrderMarkIsNoText() throws IOException {
    assertThat(only("\uFEFF{\"x\": 1}").fields()).containsEntry("x", 1L);
  }

  @Test
  void aBrokenLineIsRefusedWithItsPlace() throws IOException {
    Path file = directory.resolve("a.jsonl");
    Files.writeString(file, "{\"id\":1}\n{\"id\":2}\n{\"id\":3, }\n{\"id\":4}\n");
    ReadOptions options = Reading.options(file).withIdField("id");
    for (long splitBytes : List.of(1L, 12L, 1000L)) {
      assertThatThrownBy(() -> Reading.all(options.withSplitBytes(splitBytes)))
          .isInstanceOf(FileProblemException.class)
          .hasMessageContaining(file + ":3:10: not a JSON object")
          .hasMessageContaining("{\"id\":3, }")
          .hasMessageEndingWith("Mend the row, or let bad rows become error rows.");
    }
    List<Row> rows = Reading.all(options.withBadRow(BadRow.ERROR_ROW));
    assertThat(rows).extracting(Row::id).containsExactly("1", "2", "a.jsonl@18", "4");
    assertThat(rows.get(2).error()).map(RowError::code).contains("BAD_ROW");
  }

  @Test
  void whatIsNotOneObjectIsNoRow() throws IOException {
    for (String line :
        List.of(
            "[1]", "1", "{\"a\":1} {\"a\":2}", "{\"a\":1,\"a\":2}", "{\"a\":NaN}", "{\"a\":1")) {
      assertThatThrownBy(() -> only(line)).as(line).isInstanceOf(FileProblemException.class);
    }
  }

  @Test
  void anIdIsOneValue() throws IOException {
    Path file = directory.resolve("a.jsonl");
    ReadOptions options = Reading.options(file).withIdField("id");
    for (String value : List.of("null", "\"\"", "[1]", "{}", "\"\\ud800\"")) {
      Files.writeString(file, "{\"id\":7}\n{\"id\":" + value + "}\n");
      assertThatThrownBy(() -> Reading.all(options))
          .as(value)
          .isInstanceOf(FileProblemException.class)
          .hasMessageContaining(file + ":2: the id field \"id\"");
    }
    Files.writeString(file, "{\"ID\":7}");
    assertThatThrownBy(() -> Reading.all(options))
        .hasMessageContaining(file + ":1: the id field \"id\" is missing; there are [ID]");
  }

  @Test
  void compressedFilesReadAlike() throws IOException {
    byte[] lines = "{\"id\":1}\n{\"id\":2}\n".getBytes(UTF_8);
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(directory.resolve("a.jsonl.gz")))) {
      out.write(lines);
    }
    try (OutputStream out =
        new ZstdOutputStream(Files.newOutputStream(directory.resolve("b.jsonl.zst")))) {
      out.write(lines);
    }
    ReadOptions options = Reading.options(directory).withIdField("id").withSplitBytes(4);
    assertThat(Reading.all(options)).extracting(Row::id).containsExactly("1", "2", "1", "2");

    byte[] gzip = Files.readAllBytes(directory.resolve("a.jsonl.gz"));
    Files.write(directory.resolve("a.jsonl.gz"), Arrays.copyOf(gzip, gzip.length - 9));
    assertThatThrownBy(() -> Reading.all(options)).isInstanceOf(FileProblemException.class);
  }

  private Row only(String line) throws IOException {
    Path file = directory.resolve("only.jsonl");
    Files.writeString(file, line);
    List<Row> rows = Reading.all(Reading.options(file));
    assertThat(rows).hasSize(1);
    assertThat(rows.get(0).error()).isEqualTo(Optional.empty());
    return rows.get(0);
  }
}
