package dev.espalier.io.read;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import dev.espalier.io.FileProblemException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InputCheckTest {
  @TempDir Path directory;

  @Test
  void aSoundInputIsDescribed() throws Exception {
    writeParquet("a.parquet");
    writeParquet("deep/b.parquet");
    Files.writeString(directory.resolve("notes.txt"), "x");
    Files.writeString(directory.resolve("_SUCCESS"), "");
    InputCheck check = InputCheck.of(Reading.options(directory).withIdField("id"));
    assertThat(check.problems()).isEmpty();
    assertThat(check.files())
        .extracting(SourceFile::label)
        .containsExactly("a.parquet", "deep/b.parquet");
    assertThat(check.skipped()).containsExactly(directory + "/notes.txt");
    assertThat(check.rows()).hasValue(4);
    assertThat(check.fields()).containsExactly("id", "x");
  }

  @Test
  void fieldsAreThoseOfEveryFile() throws IOException {
    Files.writeString(directory.resolve("a.jsonl"), "{\"id\":1,\"a\":1}\n");
    Files.writeString(directory.resolve("b.csv"), "id,b\n2,3\n");
    InputCheck check = InputCheck.of(Reading.options(directory).withIdField("id"));
    assertThat(check.fields()).containsExactly("id", "a", "b");
    assertThat(check.rows()).isEmpty();
  }

  @Test
  void everyKindOfBrokenInputHasItsMessage() throws Exception {
    writeParquet("sound.parquet");
    byte[] parquet = Files.readAllBytes(directory.resolve("sound.parquet"));
    Files.write(directory.resolve("half.parquet"), Arrays.copyOf(parquet, parquet.length / 2));
    byte[] badFooter = parquet.clone();
    Arrays.fill(badFooter, badFooter.length - 30, badFooter.length - 8, (byte) 0xFF);
    Files.write(directory.resolve("footer.parquet"), badFooter);
    Files.writeString(directory.resolve("text.parquet"), "this is no Parquet file at all");
    Files.createFile(directory.resolve("empty.parquet"));
    Files.createFile(directory.resolve("empty.jsonl"));
    Files.writeString(directory.resolve("header.csv"), "id,x\n");
    Files.writeString(directory.resolve("array.jsonl"), "[\n{\"id\":1}\n]\n");
    Files.writeString(directory.resolve("noid.csv"), "x\n1\n");
    Files.writeString(directory.resolve("a.txt"), "x");
    Files.writeString(directory.resolve("bad.jsonl.gz"), "not gzip");
    Files.createDirectory(directory.resolve("emptydir"));

    assertProblem("half.parquet", "cut short at " + parquet.length / 2 + " bytes");
    assertProblem("footer.parquet", "footer cannot be read");
    assertProblem("text.parquet", "not a Parquet file");
    assertProblem("empty.parquet", "the file is empty");
    assertProblem("empty.jsonl", "there is no row");
    assertProblem("header.csv", "there is no row");
    assertProblem("array.jsonl", ":1:1: not a JSON object");
    assertProblem("noid.csv", ":1: the id field \"id\" is missing; there are [x]");
    assertProblem("a.txt", "the name does not tell the format");
    assertProblem("bad.jsonl.gz", "cannot be decompressed");
    assertProblem("emptydir", "no file that could be read");
    assertProblem("absent.csv", "no such file or directory");
    assertProblem("*.tsv", "the pattern matches no file");
    assertProblem("[a", "the pattern \"[a\" has a [ without its ]");
  }

  @Test
  void aParquetFileWithoutTheIdColumnIsFoundByItsFooter() throws Exception {
    writeParquet("a.parquet");
    InputCheck check = InputCheck.of(Reading.options(directory).withIdField("key"));
    assertThat(check.problems())
        .singleElement()
        .extracting(FileProblemException::problem)
        .asString()
        .endsWith("a.parquet: the id field \"key\" is missing; there are [id, x]");
  }

  @Test
  void aMistypedIdNamesTheFieldThatMayBeMeant() throws Exception {
    Files.writeString(directory.resolve("a.jsonl"), "{\"ticket\":1}\n");
    Files.writeString(directory.resolve("b.csv"), "ticket,x\n1,2\n");
    writeParquet("c.parquet");
    for (String[] typo :
        List.of(
            new String[] {"a.jsonl", "tiket", "ticket"},
            new String[] {"b.csv", "tickte", "ticket"},
            new String[] {"c.parquet", "idd", "id"})) {
      Path file = directory.resolve(typo[0]);
      assertThat(InputCheck.of(Reading.options(file).withIdField(typo[1])).problems())
          .singleElement()
          .extracting(FileProblemException::problem)
          .asString()
          .endsWith("; did you mean " + typo[2] + "?");
    }
  }

  /** No row of such a file has an id, which its schema tells before work. */
  @ParameterizedTest
  @ValueSource(strings = {"[range]", "{'a': range}", "MAP {'a': range}"})
  void aParquetFileWhoseIdIsNoSingleValueIsRefused(String id) throws Exception {
    writeParquet("a.parquet", "SELECT " + id + " AS id FROM range(2)");
    for (BadRow badRow : BadRow.values()) {
      ReadOptions options = Reading.options(directory.resolve("a.parquet")).withBadRow(badRow);
      assertThat(InputCheck.of(options.withIdField("id")).problems())
          .singleElement()
          .extracting(FileProblemException::problem)
          .asString()
          .endsWith("a.parquet: the id field \"id\" has lists or objects, not single values");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "range::DOUBLE",
        "range > 0",
        "DATE '2024-01-01' + range::INT",
        "TIMESTAMP '2024-01-01 00:00:00'",
        "range::DECIMAL(5, 2)",
        "'7'::BLOB",
        "uuid()"
      })
  void aTypeThatHasNoIntegersIsNoTypeOfIntegerIds(String id) throws Exception {
    writeParquet("a.parquet", "SELECT " + id + " AS id FROM range(2)");
    ReadOptions options = Reading.options(directory.resolve("a.parquet")).withIdField("id");
    assertThat(InputCheck.of(options).problems()).isEmpty();
    assertThat(InputCheck.of(options.withIntegerIds(true)).problems())
        .singleElement()
        .extracting(FileProblemException::problem)
        .asString()
        .contains("a.parquet: the id field \"id\" is ")
        .endsWith("whose values are no integers of 64 bits");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"range", "range::TINYINT", "range::UBIGINT", "'7'", "range::DECIMAL(20, 0)"})
  void aTypeThatMayHaveIntegersIsOneOfIntegerIds(String id) throws Exception {
    writeParquet("a.parquet", "SELECT " + id + " AS id FROM range(2)");
    ReadOptions options = Reading.options(directory.resolve("a.parquet")).withIdField("id");
    assertThat(InputCheck.of(options.withIntegerIds(true)).problems()).isEmpty();
  }

  @Test
  void allProblemsAreReportedTogether() throws IOException {
    Files.writeString(directory.resolve("a.jsonl"), "x\n");
    Files.writeString(directory.resolve("b.parquet"), "x");
    Files.writeString(directory.resolve("c.csv"), "id,id\n");
    Files.createFile(directory.resolve("empty.csv"));
    assertThat(InputCheck.of(Reading.options(directory)).problems()).hasSize(3);
  }

  /** A field that comes late is known, and so is a bad row, before any work. */
  @Test
  void moreThanTheFirstRowIsLookedAt() throws IOException {
    StringBuilder lines = new StringBuilder("{\"id\":0}\n");
    for (int i = 1; i < 5000; i++) {
      lines.append("{\"id\":").append(i).append("}\n");
    }
    Path file = Files.writeString(directory.resolve("a.jsonl"), lines + "{\"id\":1,\"late\":2}\n");
    InputCheck check = InputCheck.of(Reading.options(file));
    assertThat(check.fields()).containsExactly("id", "late");
    assertThat(check.allFields()).isTrue();

    Files.writeString(file, lines + "{\"id\":NaN}\n");
    assertThat(InputCheck.of(Reading.options(file)).problems())
        .singleElement()
        .extracting(FileProblemException::getMessage)
        .asString()
        .endsWith(
            "a.jsonl:5001:7: not a JSON object: `NaN` is no JSON value: {\"id\":NaN}."
                + " Write null in its place, or let bad rows become error rows.");
    assertThat(InputCheck.of(Reading.options(file).withBadRow(BadRow.ERROR_ROW)).problems())
        .isEmpty();
  }

  /** What no reader could make rows of is refused, whatever becomes of bad rows. */
  @Test
  void contentOfAnotherKindIsNamed() throws Exception {
    writeParquet("a.parquet");
    byte[] json = "{\"id\":1}\n{\"id\":2}\n".getBytes(UTF_8);
    byte[] csv = "id,x\n1,2\n".getBytes(UTF_8);
    ByteArrayOutputStream gzip = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(gzip)) {
      out.write(json);
    }
    ByteArrayOutputStream twice = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(twice)) {
      out.write(gzip.toByteArray());
    }
    byte[] parquet = Files.readAllBytes(directory.resolve("a.parquet"));
    assertContent("a.jsonl", gzip.toByteArray(), "not JSON Lines but gzip data. Name it .gz");
    assertContent("a.csv", gzip.toByteArray(), "not CSV but gzip data. Name it .gz");
    assertContent("b.jsonl.gz", twice.toByteArray(), "not JSON Lines but gzip data");
    assertContent("b.csv.gz", csv, "cannot be decompressed: it is no gzip data");
    assertContent("b.csv.zst", csv, "cannot be decompressed: its Zstandard data is damaged");
    assertContent("c.jsonl", parquet, "not JSON Lines but Parquet. Name it .parquet");
    assertContent("c.csv", parquet, "not CSV but Parquet. Name it .parquet");
    assertContent("d.parquet", gzip.toByteArray(), "not a Parquet file, but gzip data;");
    assertContent("e.csv", Zstd.compress(csv), "not CSV but Zstandard data. Name it .zst");
    assertContent(
        "f.jsonl",
        HexFormat.of().parseHex("fd377a585a000004e6d6b446"),
        "not JSON Lines but xz data");
    assertContent(
        "g.csv", HexFormat.of().parseHex("425a683931415926535990"), "not CSV but bzip2 data");
    assertContent(
        "h.csv",
        HexFormat.of().parseHex("504b030414000600080000002100"),
        "not CSV but a zip archive");
    for (Charset wide :
        List.of(UTF_16LE, UTF_16BE, Charset.forName("UTF-32LE"), Charset.forName("UTF-32BE"))) {
      String name = wide.name().substring(0, 6);
      for (String mark : List.of("", "\uFEFF")) {
        byte[] text = (mark + "id,x\r\n1,\u4e2d\r\n").getBytes(wide);
        assertContent(
            "i.csv", text, "not CSV but " + name + " text. Write it as UTF-8: iconv -f " + name);
        assertContent(
            "i.jsonl", (mark + "{}").getBytes(wide), "not JSON Lines but " + name + " text");
      }
    }
  }

  @Test
  void otherCompressionsAreRefusedByName() throws IOException {
    for (String name :
        List.of("a.jsonl.bz2", "a.csv.xz", "a.jsonl.lz4", "a.CSV.BZ2", "a.csv.zip")) {
      Path file = Files.writeString(directory.resolve(name), "x");
      String extension = name.substring(name.lastIndexOf('.')).toLowerCase(Locale.ROOT);
      for (Path input : List.of(file, directory)) { // a directory does not pass over it
        assertThat(InputCheck.of(Reading.options(input)).problems())
            .singleElement()
            .extracting(FileProblemException::problem)
            .asString()
            .isEqualTo(file + ": its compression, " + extension + ", is not read");
      }
      Files.delete(file);
    }
  }

  private void assertContent(String name, byte[] content, String message) throws IOException {
    Path file = Files.write(directory.resolve(name), content);
    for (BadRow badRow : BadRow.values()) {
      InputCheck check = InputCheck.of(Reading.options(file).withBadRow(badRow));
      assertThat(check.problems()).as(name).hasSize(1);
      assertThat(check.problems().get(0)).as(name).hasMessageContaining(file + ": " + message);
    }
    Files.delete(file);
  }

  @Test
  void aFormatSetByHandReadsAnyName() throws IOException {
    Path file = Files.writeString(directory.resolve("rows.txt"), "{\"id\":1}\n");
    InputCheck check = InputCheck.of(Reading.options(file).withFormat(InputFormat.JSONL));
    assertThat(check.problems()).isEmpty();
    assertThat(check.fields()).isEqualTo(List.of("id"));
  }

  private void assertProblem(String name, String message) {
    InputCheck check = InputCheck.of(ReadOptions.of(directory + "/" + name).withIdField("id"));
    assertThat(check.problems()).as(name).hasSize(1);
    FileProblemException problem = check.problems().get(0);
    assertThat(problem.problem()).contains(name).contains(message);
    assertThat(problem.remedy()).isNotBlank();
  }

  private void writeParquet(String name) throws SQLException, IOException {
    writeParquet(name, "SELECT range AS id, 'x' AS x FROM range(2)");
  }

  private void writeParquet(String name, String query) throws SQLException, IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckdb.createStatement()) {
      statement.execute("COPY (%s) TO '%s' (FORMAT PARQUET)".formatted(query, file));
    }
  }
}
