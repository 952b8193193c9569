package dev.espalier.io.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.io.FileProblemException;
import dev.espalier.row.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads what DuckDB writes. */
class ParquetRowReaderTest {
  @TempDir Path directory;

  @Test
  void everyTypeHasItsJavaValue() throws Exception {
    write(
        """
SELECT 'ä' AS s, 7::TINYINT AS i8, -7::BIGINT AS i64, 4294967295::UINTEGER AS u32,
       18446744073709551615::UBIGINT AS u64, 0.5::FLOAT AS f, 0.1::DOUBLE AS d, true AS b,
       DATE '2024-02-29' AS day, TIME '01:02:03.5' AS t, TIMESTAMP '2024-02-29 01:02:03.000004' AS ts,
       TIMESTAMPTZ '1969-12-31 23:59:59.5+00' AS tz, 12.30::DECIMAL(9,2) AS dec,
       12::DECIMAL(18,0) AS whole, 12345678901234567890123.45::DECIMAL(30,2) AS big,
       [1, NULL, 3] AS l, [[1], []] AS ll, {'x': 1, 'y': [{'z': 'q'}]} AS o,
       MAP {'k': 1, 'm': NULL} AS m, MAP {5: 'five'} AS im,
       'bytes'::BLOB AS raw, uuid '00000000-0000-0001-8000-000000000002' AS u, NULL::INTEGER AS nothing,
       []::INTEGER[] AS none
""",
        "");
    Map<String, Object> row = read().get(0).fields();
    assertThat(row)
        .containsEntry("s", "ä")
        .containsEntry("i8", 7L)
        .containsEntry("i64", -7L)
        .containsEntry("u32", 4294967295L)
        .containsEntry("u64", "18446744073709551615")
        .containsEntry("f", 0.5)
        .containsEntry("d", 0.1)
        .containsEntry("b", true)
        .containsEntry("day", "2024-02-29")
        .containsEntry("t", "01:02:03.500")
        .containsEntry("ts", "2024-02-29T01:02:03.000004")
        .containsEntry("tz", "1969-12-31T23:59:59.500Z")
        .containsEntry("dec", "12.30")
        .containsEntry("whole", 12L)
        .containsEntry("big", "12345678901234567890123.45")
        .containsEntry("ll", List.of(List.of(1L), List.of()))
        .containsEntry("o", Map.of("x", 1L, "y", List.of(Map.of("z", "q"))))
        .containsEntry("im", Map.of("5", "five"))
        .containsEntry("raw", "Ynl0ZXM=")
        .containsEntry("u", "00000000-0000-0001-8000-000000000002")
        .containsEntry("nothing", null)
        .containsEntry("none", List.of());
    List<Object> list = new ArrayList<>();
    list.add(1L);
    list.add(null);
    list.add(3L);
    assertThat(row).containsEntry("l", list);
    assertThat(row.get("m")).isInstanceOf(Map.class);
    assertThat(((Map<?, ?>) row.get("m")).get("k")).isEqualTo(1L);
    assertThat(((Map<?, ?>) row.get("m")).containsKey("m")).isTrue();
  }

  @Test
  void rowGroupsTogetherHoldEachRowOnce() throws Exception {
    write("SELECT range AS n FROM range(10000)", ", ROW_GROUP_SIZE 2048");
    List<Row> rows = read();
    assertThat(splits()).hasSizeGreaterThan(3);
    assertThat(rows)
        .extracting(row -> row.fields().get("n"))
        .containsExactlyElementsOf(LongStream.range(0, 10000).boxed().toList());
    assertThat(rows.get(9999).id()).isEqualTo("a.parquet#10000");
  }

  @Test
  void everyCodecOfDuckDbReadsAlike() throws Exception {
    for (String codec : List.of("UNCOMPRESSED", "SNAPPY", "GZIP", "ZSTD", "LZ4_RAW")) {
      write(
          "SELECT range AS n, repeat('lorem ipsum ', (range % 40)::INTEGER) AS s FROM range(500)",
          ", COMPRESSION " + codec);
      List<Row> rows = read();
      assertThat(rows).as(codec).hasSize(500);
      for (int i = 0; i < 500; i++) {
        assertThat(rows.get(i).fields())
            .isEqualTo(Map.of("n", (long) i, "s", "lorem ipsum ".repeat(i % 40)));
      }
    }
  }

  @Test
  void aPageWithFlippedBytesIsRefusedWithItsPlace() throws Exception {
    write("SELECT range::VARCHAR || 'abcdefghij' AS s FROM range(3000)", ", COMPRESSION SNAPPY");
    Path file = directory.resolve("a.parquet");
    byte[] bytes = Files.readAllBytes(file);
    for (int i = 4; i < 2000; i++) {
      bytes[i] ^= 0x55;
    }
    Files.write(file, bytes);
    assertThatThrownBy(this::read)
        .isInstanceOfAny(FileProblemException.class, IOException.class)
        .hasMessageContaining("a.parquet: row group 0, column \"s\": ");
  }

  private void write(String query, String options) throws SQLException {
    try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckdb.createStatement()) {
      statement.execute("SET TimeZone='UTC'");
      statement.execute(
          "COPY (%s) TO '%s' (FORMAT PARQUET%s)"
              .formatted(query, directory.resolve("a.parquet"), options));
    }
  }

  private List<Row> read() throws IOException {
    return Reading.all(Reading.options(directory.resolve("a.parquet")));
  }

  private List<InputSplit> splits() throws IOException {
    ReadOptions options = Reading.options(directory);
    return InputSplit.of(SourceFiles.list(options).files().get(0), options);
  }
}
