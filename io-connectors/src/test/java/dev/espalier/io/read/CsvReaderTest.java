package dev.espalier.io.read;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.io.FileProblemException;
import dev.espalier.row.Row;
import dev.espalier.row.RowError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvReaderTest {
  @TempDir Path directory;

  @Test
  void quotesCommasAndLineBreaksAreText() throws IOException {
    List<Row> rows = read("id,text\r\n1,\"a \"\"b\"\", c\r\nd\"\r\n\r\n2,\r\n3, Grüße \r\n");
    assertThat(rows)
        .extracting(Row::fields)
        .containsExactly(
            Map.of("id", "1", "text", "a \"b\", c\r\nd"),
            Map.of("id", "2", "text", ""),
            Map.of("id", "3", "text", " Grüße "));
  }

  @Test
  void aByteOrderMarkIsNotPartOfTheFirstName() throws IOException {
    assertThat(read("\uFEFFid,x\n1,2\n").get(0).fields().keySet()).containsExactly("id", "x");
  }

  @Test
  void aSingleColumnMayBeEmpty() throws IOException {
    Path file = write("x\na\n\nb\n");
    assertThat(Reading.all(Reading.options(file)))
        .extracting(row -> row.fields().get("x"))
        .containsExactly("a", "", "b");
  }

  @Test
  void invalidUtf8DamagesItsOwnRowAlone() throws IOException {
    Path file = directory.resolve("a.csv");
    Files.write(file, "id,x\n1,\u00e4\n2,ok\n\u00e4,3\n".getBytes(ISO_8859_1));
    List<Row> rows = Reading.all(Reading.options(file).withIdField("id"));
    assertThat(rows).extracting(Row::id).containsExactly("1", "2", "a.csv#3");
    assertThat(rows.get(0).error())
        .contains(
            new RowError("INVALID_UTF8", "byte 0xE4 at offset 0 of column \"x\" is not UTF-8", ""));
    assertThat(rows.get(1).error()).isEmpty();
  }

  @Test
  void rowsOfAnotherWidthAreBad() throws IOException {
    Path file = write("id,x\n1,2\n3\n4,5,6\n7,8\n");
    ReadOptions options = Reading.options(file).withIdField("id");
    assertThatThrownBy(() -> Reading.all(options))
        .isInstanceOf(FileProblemException.class)
        .hasMessage(
            file
                + ":3: 1 cell where the header has 2. Write a comma for each cell, also for an"
                + " empty one, and put a cell that holds a line break into double quotes, or let"
                + " bad rows become error rows.");
    Path wide = write("id,x\n4,5,6\n");
    assertThatThrownBy(() -> Reading.all(Reading.options(wide)))
        .hasMessage(
            wide
                + ":2: 3 cells where the header has 2. Put a cell that holds a comma into double"
                + " quotes, or give each cell a column in the header, or let bad rows become error"
                + " rows.");
    write("id,x\n1,2\n3\n4,5,6\n7,8\n");
    assertThat(Reading.all(options.withBadRow(BadRow.ERROR_ROW)))
        .extracting(Row::id)
        .containsExactly("1", "a.csv#2", "a.csv#3", "7");
  }

  @Test
  void malformedFilesAreRefusedWithTheLine() throws IOException {
    for (String content :
        List.of("id,x\n1,\"open\n2,3\n", "id,id\n1,2\n", ",\n1,2\n", "id,x\n1,\"a\"b\n")) {
      Path file = write(content);
      assertThatThrownBy(() -> Reading.all(Reading.options(file)))
          .as(content)
          .isInstanceOf(FileProblemException.class)
          .hasMessageMatching("(?s).*a\\.csv:[123]: .*");
    }
  }

  /** Some locales have digits of their own; the message goes into the table. */
  @Test
  void messagesOfBadRowsDoNotDependOnTheLocale() throws IOException {
    ReadOptions options =
        Reading.options(write("id,x\n1,2,3\n")).withIdField("id").withBadRow(BadRow.ERROR_ROW);
    Locale before = Locale.getDefault();
    try {
      for (String tag : List.of("en-US", "tr-TR", "ar-EG", "fa-IR", "bn-BD")) {
        Locale.setDefault(Locale.forLanguageTag(tag));
        assertThat(Reading.all(options))
            .as(tag)
            .extracting(row -> row.error().orElseThrow().message())
            .containsExactly("line 2: 3 cells where the header has 2");
      }
    } finally {
      Locale.setDefault(before);
    }
  }

  /** As pandas writes its index. */
  @Test
  void aColumnWithoutANameIsNoField() throws IOException {
    List<Row> rows = read(",id,txt\n0,a,hello\n1,b,hi\n");
    assertThat(rows)
        .extracting(Row::fields)
        .containsExactly(Map.of("id", "a", "txt", "hello"), Map.of("id", "b", "txt", "hi"));
    assertThat(read("id,,x,\n1,2,3,4\n").get(0).fields().keySet()).containsExactly("id", "x");
    assertThat(Reading.all(Reading.options(write(",x\n1\n")).withBadRow(BadRow.ERROR_ROW)))
        .as("its cells count")
        .extracting(row -> row.error().map(RowError::message).orElse(""))
        .containsExactly("line 2: 1 cell where the header has 2");
  }

  @Test
  void quotesThatCannotBeParsedCostTheirOwnLine() throws IOException {
    ReadOptions options =
        Reading.options(write("id,txt\n1,ok\n2,\"bad\" quote\n3,fine\n4,a,b\n5\n6,last\n"))
            .withIdField("id");
    assertThatThrownBy(() -> Reading.all(options))
        .hasMessageContaining("a.csv:3: text after the closing quote at line 3, character 7. Put ");
    List<Row> rows = Reading.all(options.withBadRow(BadRow.ERROR_ROW));
    assertThat(rows)
        .extracting(Row::id)
        .containsExactly("1", "a.csv#2", "3", "a.csv#4", "a.csv#5", "6");
    assertThat(rows)
        .extracting(row -> row.error().map(RowError::code).orElse(""))
        .containsExactly("", "BAD_ROW", "", "BAD_ROW", "BAD_ROW", "");
    assertThat(rows.stream().flatMap(row -> row.error().stream()).map(RowError::message))
        .containsExactly(
            "line 3: text after the closing quote at line 3, character 7",
            "line 5: 3 cells where the header has 2",
            "line 6: 1 cell where the header has 2");

    Path unbalanced = write("id,body\n1,\"abc\n2,x\n3,y\n");
    assertThat(
            Reading.all(Reading.options(unbalanced).withIdField("id").withBadRow(BadRow.ERROR_ROW)))
        .extracting(Row::id)
        .containsExactly("a.csv#1", "2", "3");
  }

  @Test
  void headersAreRefusedInWordsOfTheirOwn() throws IOException {
    Map<String, String> problems =
        Map.of(
            "id;x\n1;2\n",
                ":1: the id field \"id\" is missing; there are [id;x]. Separate the cells by"
                    + " commas",
            "{\"id\": 1}\n{\"id\": 2}\n", ":1: not CSV but JSON. Name it .jsonl",
            "[\n {\"id\": 1}\n]\n", ":1: not CSV but JSON. Name it .jsonl",
            "\"id\"x\n1\n", ":1: text after the closing quote at line 1, character 4",
            "id,a,a\n1,2,3\n", ":1: two columns are named \"a\". Give each column");
    for (Map.Entry<String, String> problem : problems.entrySet()) {
      ReadOptions options = Reading.options(write(problem.getKey())).withIdField("id");
      for (BadRow badRow : BadRow.values()) {
        assertThatThrownBy(() -> Reading.all(options.withBadRow(badRow)))
            .as(problem.getKey())
            .isInstanceOf(FileProblemException.class)
            .hasMessageContaining(problem.getValue());
      }
    }
    Path file = directory.resolve("a.csv");
    Files.write(file, "id,\u00e4\n1,2\n".getBytes(ISO_8859_1));
    assertThatThrownBy(() -> Reading.all(Reading.options(file)))
        .hasMessageContaining(":1: byte 0xE4 at offset 0 of the name of column 2 is not UTF-8");
  }

  /** Characters are text, NUL too; only a comma, a quote and the end of a line are not. */
  @Test
  void charactersAreKeptAsTheyAre() throws IOException {
    String odd = "a\u0000b\u000b\u001b\u007f\u0085\u2028\uFEFF;\t'\\n";
    assertThat(read("id,x\n1," + odd + "\n2,\"" + odd + "\"\n"))
        .extracting(row -> row.fields().get("x"))
        .containsExactly(odd, odd);
  }

  private List<Row> read(String content) throws IOException {
    return Reading.all(Reading.options(write(content)).withIdField("id"));
  }

  private Path write(String content) throws IOException {
    return Files.writeString(directory.resolve("a.csv"), content);
  }
}
