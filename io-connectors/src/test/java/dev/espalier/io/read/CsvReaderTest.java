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
        .hasMessageContaining(file + ":3: 1 cells where the header has 2");
    assertThat(Reading.all(options.withBadRow(BadRow.ERROR_ROW)))
        .extracting(Row::id)
        .containsExactly("1", "a.csv#2", "a.csv#3", "7");
  }

  @Test
  void malformedFilesAreRefusedWithTheLine() throws IOException {
    for (String content :
        List.of("id,x\n1,\"open\n2,3\n", "id,id\n1,2\n", "id,\n1,2\n", "id,x\n1,\"a\"b\n")) {
      Path file = write(content);
      assertThatThrownBy(() -> Reading.all(Reading.options(file)))
          .as(content)
          .isInstanceOf(FileProblemException.class)
          .hasMessageMatching("(?s).*a\\.csv:[123]: .*");
    }
  }

  private List<Row> read(String content) throws IOException {
    return Reading.all(Reading.options(write(content)).withIdField("id"));
  }

  private Path write(String content) throws IOException {
    return Files.writeString(directory.resolve("a.csv"), content);
  }
}
