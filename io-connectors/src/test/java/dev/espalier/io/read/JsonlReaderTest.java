package dev.espalier.io.read;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import dev.espalier.io.FileProblemException;
import dev.espalier.row.Row;
import dev.espalier.row.RowError;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
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
    assertThat(rows.get(2).error())
        .map(RowError::message)
        .contains("character 10: not a JSON object: a comma before `}`");
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
    for (String value : List.of("null", "\"\"", "[1]", "{}")) {
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
  void halfASurrogatePairDamagesItsOwnRowAlone() throws IOException {
    Path file = directory.resolve("a.jsonl");
    Files.writeString(
        file,
        """
        {"id":1,"t":"cut \\ud83d"}
        {"id":2,"o":{"l":["\\ude00x"]}}
        {"id":3,"\\ud800":1}
        {"id":"\\ud800"}
        {"id":5,"t":"\\ud83d\\ude00"}
        """);
    List<Row> rows = Reading.all(Reading.options(file).withIdField("id"));
    assertThat(rows).extracting(Row::id).containsExactly("1", "2", "3", "a.jsonl@77", "5");
    assertThat(rows.get(0).error())
        .contains(new RowError("INVALID_TEXT", "the field \"t\" holds half a surrogate pair", ""));
    assertThat(rows.get(0).fields()).containsEntry("t", "cut \uFFFD");
    assertThat(rows.get(1).error())
        .map(RowError::message)
        .hasValueSatisfying(m -> assertThat(m).contains("\"o\""));
    assertThat(rows.get(1).fields()).containsEntry("o", Map.of("l", List.of("\uFFFDx")));
    assertThat(rows.get(2).fields().keySet()).containsExactly("id", "\uFFFD");
    assertThat(rows.get(3).error()).map(RowError::code).contains("INVALID_TEXT");
    assertThat(rows.get(4).error()).isEmpty();
    assertThat(rows.get(4).fields()).containsEntry("t", "\uD83D\uDE00");
  }

  /** A number is a Double only where a Double is the number that is written. */
  @Test
  void noDigitOfANumberIsLost() throws IOException {
    for (String number :
        List.of(
            "12345678.9",
            "0.1",
            "1e400",
            "-1e-400",
            "1e5",
            "0.30000000000000004",
            "1.7976931348623157e308",
            "5e-324",
            "2.5e-324",
            "123456789012345.67",
            "9007199254740993.5",
            "0.10000000000000000000",
            "0.1000000000000000055511151231257827",
            "3.14159265358979323846",
            "1e99999999999",
            "0e400",
            "-0.0",
            "5.684341886080802e-14",
            "5.6843418860808015e-14",
            "2.0E+3",
            "1e23",
            "99999999999999999999.5")) {
      Object value = only("{\"x\":" + number + "}").fields().get("x");
      if (value instanceof Double found) {
        // The Double's digits, to as many as are written, are those that are written.
        BigDecimal written = new BigDecimal(number).stripTrailingZeros();
        MathContext digits =
            new MathContext(Math.max(1, written.precision()), RoundingMode.HALF_EVEN);
        assertThat(new BigDecimal(found).round(digits)).as(number).isEqualByComparingTo(written);
      } else {
        assertThat(value).isEqualTo(number);
        double nearest = Double.parseDouble(number);
        boolean lost =
            !Double.isFinite(nearest)
                || nearest == 0
                || new BigDecimal(nearest).compareTo(new BigDecimal(number)) != 0;
        assertThat(lost).as(number).isTrue();
      }
    }
    assertThat(only("{\"x\":12345678.9}").fields()).containsEntry("x", 12345678.9);
    assertThat(only("{\"x\":0.10000000000000000000}").fields()).containsEntry("x", 0.1);
    assertThat(only("{\"x\":3.14159265358979323846}").fields())
        .containsEntry("x", "3.14159265358979323846");
    assertThat(only("{\"x\":99999999999999999999}").fields())
        .containsEntry("x", "99999999999999999999");
  }

  /** What any language writes for a Double comes back as that Double. */
  @Test
  void doublesComeBack() throws Exception {
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(value)) {
        String shortest = Double.toString(value);
        String exact = new BigDecimal(value).toString();
        String digits17 =
            new BigDecimal(value).round(new MathContext(17, RoundingMode.HALF_EVEN)).toString();
        for (String text : List.of(shortest, exact, digits17)) {
          if (!text.contains(".") && !text.contains("E")) {
            continue; // an integer
          }
          assertThat(JsonObjects.parse("{\"x\":" + text + "}").fields()).containsEntry("x", value);
        }
      }
    }
  }

  @Test
  void emptyLinesAreNoRowsAlsoAfterAByteOrderMark() throws IOException {
    Path file = directory.resolve("a.jsonl");
    for (String start : List.of("\uFEFF", "\uFEFF\n", "\uFEFF \r\n", "\n", "")) {
      Files.writeString(file, start);
      assertThat(Reading.all(Reading.options(file))).as(start).isEmpty();
      Files.writeString(file, start + "{\"id\":1}");
      assertThat(Reading.all(Reading.options(file).withIdField("id").withSplitBytes(2)))
          .as(start)
          .extracting(Row::id)
          .containsExactly("1");
    }
  }

  @Test
  void aLineTooLongCostsNoOtherRow() throws IOException {
    Path file = directory.resolve("a.jsonl");
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      out.write("{\"id\":1}\n".getBytes(UTF_8));
      byte[] megabyte = " ".repeat(1 << 20).getBytes(UTF_8);
      for (int i = 0; i < 65; i++) {
        out.write(megabyte);
      }
      out.write("{}\n{\"id\":3}\n".getBytes(UTF_8));
    }
    ReadOptions options = Reading.options(file).withIdField("id");
    assertThatThrownBy(() -> Reading.all(options))
        .hasMessageContaining("a.jsonl:2: a line of more than 67108864 bytes");
    for (long splitBytes : List.of(1L << 40, 40L << 20)) {
      List<Row> rows = Reading.all(options.withBadRow(BadRow.ERROR_ROW).withSplitBytes(splitBytes));
      assertThat(rows).extracting(Row::id).containsExactly("1", "a.jsonl@9", "3");
    }
  }

  /** Rows, errors and places are those of the whole file, wherever it is cut. */
  @Test
  void splitsChangeNothingWhateverTheirSize() throws IOException {
    Random random = new Random(1);
    List<String> lines =
        List.of(
            "",
            " ",
            "{}",
            "{\"id\":\"a\"}",
            "{\"id\":\"ä😀\",\"x\":\"\\ud800\"}",
            "x",
            "{\"id\":1}\r",
            "\r",
            "{\"id\":");
    Path file = directory.resolve("a.jsonl");
    ReadOptions options = Reading.options(file).withIdField("id").withBadRow(BadRow.ERROR_ROW);
    for (int i = 0; i < 150; i++) {
      StringBuilder text = new StringBuilder(random.nextBoolean() ? "\uFEFF" : "");
      for (int count = random.nextInt(9); count > 0; count--) {
        text.append(lines.get(random.nextInt(lines.size()))).append('\n');
      }
      text.append(random.nextBoolean() ? lines.get(random.nextInt(lines.size())) : "");
      Files.writeString(file, text);
      List<Row> whole = Reading.all(options.withSplitBytes(1 << 20));
      for (long bytes = 1; bytes <= Math.min(Files.size(file), 12); bytes++) {
        assertThat(Reading.all(options.withSplitBytes(bytes)))
            .as("splits of %s bytes of %s", bytes, text)
            .isEqualTo(whole);
      }
    }
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
