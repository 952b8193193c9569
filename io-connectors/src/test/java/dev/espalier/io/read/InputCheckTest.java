package dev.espalier.io.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.io.FileProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    assertProblem("noid.csv", ":2: the id field \"id\" is missing; there are [x]");
    assertProblem("a.txt", "the name does not tell the format");
    assertProblem("bad.jsonl.gz", "cannot be decompressed");
    assertProblem("emptydir", "no file that could be read");
    assertProblem("absent.csv", "no such file or directory");
    assertProblem("*.tsv", "the pattern matches no file");
    assertProblem("[a", "not a pattern");
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
  void allProblemsAreReportedTogether() throws IOException {
    Files.writeString(directory.resolve("a.jsonl"), "x\n");
    Files.writeString(directory.resolve("b.parquet"), "x");
    Files.writeString(directory.resolve("c.csv"), "id,id\n");
    Files.createFile(directory.resolve("empty.csv"));
    assertThat(InputCheck.of(Reading.options(directory)).problems()).hasSize(3);
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
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckdb.createStatement()) {
      statement.execute(
          "COPY (SELECT range AS id, 'x' AS x FROM range(2)) TO '%s' (FORMAT PARQUET)"
              .formatted(file));
    }
  }
}
