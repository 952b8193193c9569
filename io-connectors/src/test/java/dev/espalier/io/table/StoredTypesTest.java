package dev.espalier.io.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.io.parquet.StoredType;
import dev.espalier.io.read.InputCheck;
import dev.espalier.io.read.ReadOptions;
import dev.espalier.io.read.RecordScan;
import dev.espalier.row.AnsweredRow;
import dev.espalier.row.Column;
import dev.espalier.row.Row;
import dev.espalier.row.RowOutcome;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Carries the columns of files that pyarrow wrote over to tables, and lets DuckDB read both. */
class StoredTypesTest {
  @TempDir Path directory;

  static Stream<Path> files() throws IOException, URISyntaxException {
    Path golden = Path.of(ReadOptions.class.getResource("parquet/make.py").toURI()).getParent();
    try (Stream<Path> all = Files.list(golden)) {
      return all
          .filter(file -> file.toString().endsWith(".parquet"))
          .filter(file -> !file.getFileName().toString().startsWith("refused-"))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void includedColumnsKeepTheirTypesAndValues(Path file) throws Exception {
    compare(file);
  }

  /** Types that pyarrow does not write, or not so. */
  @Test
  void theTypesThatDuckDbWritesAreKeptToo() throws Exception {
    Path file = directory.resolve("duckdb.parquet");
    execute(
        """
        COPY (SELECT to_months(range::INT) AS months, to_days(range::INT) AS days,
            [INTERVAL 1 SECOND, NULL] AS nested, CASE range WHEN 1 THEN to_months(14) END AS some,
            CAST('a' AS ENUM ('a', 'b')) AS choice, uuid() AS u, TIMETZ '01:02:03+05' AS zoned,
            TIMESTAMP_NS '2024-01-01 00:00:00.000000001' AS nanos, '{"a":1}'::JSON AS js,
            [{'x': [range, NULL]}, NULL] AS deep, MAP {1: range, 2: NULL} AS pairs,
            range::UTINYINT AS small, 12.50::DECIMAL(9, 2) AS money, 'x'::BLOB AS bytes
          FROM range(5)) TO '%s' (FORMAT PARQUET)
        """
            .formatted(file));
    compare(file);
  }

  private void compare(Path file) throws Exception {
    ReadOptions input = ReadOptions.of(file.toString());
    InputCheck check = InputCheck.of(input);
    List<String> fields =
        check.fields().stream().filter(name -> !Column.RESERVED.contains(name)).toList();
    WriteOptions output = WriteOptions.of(directory.resolve("table").toString(), "fp", 1);
    TableColumns columns = columns(StoredType.TEXT, check, fields);
    List<Row> rows = rows(input);
    Rows.write(output, columns, rows.stream().map(StoredTypesTest::answered).toList());

    Map<String, Map<String, Object>> written = new TreeMap<>();
    for (Row row : rows(ReadOptions.of(output.path()).withIdField("id"))) {
      written.put(row.id(), kept(row, fields));
    }
    Map<String, Map<String, Object>> expected = new TreeMap<>();
    rows.forEach(row -> expected.put(row.id(), kept(row, fields)));
    assertThat(written).isEqualTo(expected);
    // DuckDB 1.1 does not read BYTE_STREAM_SPLIT of all types, which these files have.
    if (!file.getFileName().toString().startsWith("encodings-delta")) {
      compareByDuckDb(file, Path.of(output.path()), fields);
    }
  }

  private static Map<String, Object> kept(Row row, List<String> fields) {
    Map<String, Object> kept = new TreeMap<>();
    fields.forEach(field -> kept.put(field, row.fields().get(field)));
    return kept;
  }

  private static void compareByDuckDb(Path file, Path table, List<String> fields)
      throws SQLException {
    String names = fields.stream().map(name -> '"' + name + '"').collect(Collectors.joining(", "));
    String before = "(SELECT " + names + " FROM '" + file + "')";
    String after = "(SELECT " + names + " FROM '" + table + "/*.parquet')";
    List<String> types = query("SELECT column_name, column_type FROM (DESCRIBE " + before + ")");
    assertThat(query("SELECT column_name, column_type FROM (DESCRIBE " + after + ")"))
        .isEqualTo(types);
    assertThat(query("FROM " + before + " EXCEPT ALL FROM " + after)).isEmpty();
    assertThat(query("FROM " + after + " EXCEPT ALL FROM " + before)).isEmpty();
  }

  private static TableColumns columns(StoredType id, InputCheck check, List<String> fields)
      throws IOException {
    List<TableColumns.Included> included = new ArrayList<>();
    for (String field : fields) {
      included.add(new TableColumns.Included(field, check.type(field)));
    }
    assertThat(included).allMatch(column -> column.type().isPresent());
    return new TableColumns(id, true, included, List.of(), true);
  }

  private static AnsweredRow answered(Row row) {
    return new AnsweredRow(row, new RowOutcome(row.id(), List.of(), List.of(), row.error()));
  }

  private static List<Row> rows(ReadOptions options) throws IOException {
    List<Row> rows = new ArrayList<>();
    RecordScan.forEach(options, rows::add);
    return rows;
  }

  @Test
  void idsOfATypeAreOfThatTypeAndInItsOrder() throws Exception {
    TableColumns columns = new TableColumns(StoredType.INT64, true, List.of(), List.of(), true);
    WriteOptions output = WriteOptions.of(directory.resolve("ids").toString(), "fp", 1);
    List<AnsweredRow> rows = new ArrayList<>();
    for (String id : List.of("10", "9", "-3", "9223372036854775807", "2")) {
      rows.add(Rows.of(id));
    }
    rows.add(Rows.failed("b.parquet#7", "the id field \"id\" is empty"));
    Rows.write(output, columns, rows);
    assertThat(query("SELECT id, typeof(id), error.message FROM '" + output.path() + "/*.parquet'"))
        .containsExactly(
            "-3 BIGINT null",
            "2 BIGINT null",
            "9 BIGINT null",
            "10 BIGINT null",
            "9223372036854775807 BIGINT null",
            "null BIGINT b.parquet#7: the id field \"id\" is empty");
  }

  @Test
  void halfASurrogatePairIsNoQuestionMark() throws Exception {
    WriteOptions output = WriteOptions.of(directory.resolve("half").toString(), "fp", 1);
    Rows.write(output, List.of(Rows.failed("a", "got \ud83d"), Rows.failed("b", "\ud83d\ude00?")));
    assertThat(query("SELECT error.message FROM '" + output.path() + "/*.parquet'"))
        .containsExactly("got \uFFFD", "\ud83d\ude00?");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "int32 c|int64 c|int64",
        "int32 c (INTEGER(8,true))|int32 c (INTEGER(16,true))|int32 (INTEGER(16,true))",
        "int32 c (INTEGER(8,false))|int32 c (INTEGER(8,true))|int32 (INTEGER(16,true))",
        "int32 c (INTEGER(32,false))|int32 c|int64",
        "int64 c (INTEGER(64,false))|int64 c|",
        "float c|double c|double",
        "double c|int32 c|",
        "binary c (STRING)|int32 c|",
        "int64 c (TIMESTAMP(MILLIS,true))|int64 c (TIMESTAMP(MICROS,true))|",
        "int64 c (TIMESTAMP(MICROS,true))|int64 c (TIMESTAMP(MICROS,false))|",
        "group c { required int32 a; }|group c { required int64 a; optional binary b (STRING); }"
            + "|group { required int64 a; optional binary b (STRING); }",
        "group c (LIST) { repeated int32 array; }"
            + "|group c (LIST) { repeated group list { optional int64 element; } }"
            + "|group (LIST) { repeated group list { optional int64 element; } }"
      })
  void theTypeOfSeveralFilesHoldsTheValuesOfAll(String a, String b, String joined) {
    Optional<String> expected = Optional.ofNullable(joined);
    assertThat(type(a).join(type(b)).map(StoredType::toString)).isEqualTo(expected);
    assertThat(type(b).join(type(a)).map(StoredType::toString).isPresent())
        .isEqualTo(expected.isPresent());
    assertThat(type(a).join(type(a))).contains(type(a));
  }

  @Test
  void aTypeComesBackFromItsBytes() throws Exception {
    for (String text :
        List.of(
            "int64 c (TIMESTAMP(NANOS,false))",
            "fixed_len_byte_array(16) c (UUID)",
            "binary c (DECIMAL(38,10))",
            "int32 c (TIME(MILLIS,true))",
            "group c (MAP) { repeated group key_value { required binary key (STRING);"
                + " optional group value { optional int32 a (INTEGER(8,false)); } } }")) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
        out.writeObject(type(text));
      }
      try (ObjectInputStream in =
          new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
        assertThat(in.readObject()).isEqualTo(type(text));
      }
    }
  }

  private static StoredType type(String text) {
    String field = "message m { optional " + text + (text.endsWith("}") ? "" : ";") + " }";
    return StoredType.of(MessageTypeParser.parseMessageType(field).getType(0));
  }

  private static void execute(String sql) throws SQLException {
    try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckdb.createStatement()) {
      statement.execute(sql);
    }
  }

  private static List<String> query(String sql) throws SQLException {
    try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckdb.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> lines = new ArrayList<>();
      while (rows.next()) {
        List<String> cells = new ArrayList<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          cells.add(String.valueOf(rows.getObject(i)));
        }
        lines.add(String.join(" ", cells));
      }
      return lines;
    }
  }
}
