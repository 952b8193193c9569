package dev.espalier.io.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.io.FileProblemException;
import dev.espalier.row.Row;
import dev.espalier.row.RowError;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shapes and types that no common writer writes today, and old ones did. */
class ParquetNestingTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;

  /** The file holds twelve shapes of lists and maps of older writers. */
  @Test
  void listsAndMapsOfOlderWriters() throws Exception {
    Map<String, String> expected =
        Map.ofEntries(
            Map.entry("r3", "[{\"num\":[1,2]},{\"num\":[3,4]}]"),
            Map.entry("avro", "[[1,2],[3,4]]"),
            Map.entry("thrift", "[[1,2],[3]]"),
            Map.entry("hive", "[5,null]"),
            Map.entry("onef", "[{\"only\":6},{\"only\":7}]"),
            Map.entry("inner", "[[1,2],[3]]"),
            Map.entry("mapin", "[{\"a\":1,\"b\":2}]"),
            Map.entry("bare", "[8,9]"),
            Map.entry("barestruct", "[{\"x\":1},{\"x\":2}]"),
            Map.entry("keyonly", "[\"s1\",\"s2\"]"),
            Map.entry("legmap", "{\"m\":1}"),
            Map.entry("multi", "[{\"p\":1,\"q\":2}]"));
    Path file = Path.of(getClass().getResource("cases/two-level-lists.parquet").toURI());
    Map<String, Object> row = Reading.all(Reading.options(file)).get(0).fields();
    for (Map.Entry<String, String> column : expected.entrySet()) {
      assertThat(JSON.writeValueAsString(row.get(column.getKey())))
          .as(column.getKey())
          .isEqualTo(column.getValue());
    }
  }

  @Test
  void rowGroupsWithoutRowsHideNothing() throws Exception {
    Path file = Path.of(getClass().getResource("cases/empty-row-group.parquet").toURI());
    assertThat(Reading.all(Reading.options(file)))
        .extracting(row -> row.fields().get("a"))
        .containsExactly("x", "y", "z");
    assertThat(InputCheck.of(Reading.options(file)).rows()).hasValue(3);
  }

  /** The examples of parquet-format's LogicalTypes.md, "Lists" and "Maps", and their relatives. */
  @Test
  void theRulesOfTheFormat() throws IOException {
    // Three levels, whatever the names.
    check(
        "optional group l (LIST) { repeated group element { required binary str (STRING); } }",
        l -> {
          l.addGroup("element").append("str", "a");
          l.addGroup("element").append("str", "b");
        },
        "[\"a\",\"b\"]");
    check(
        "required group l (LIST) { repeated group list { optional int32 element; } }",
        l -> {
          l.addGroup("list");
          l.addGroup("list").append("element", 1);
        },
        "[null,1]");
    check(
        "optional group l (LIST) { repeated group list { required group element (LIST) {"
            + " repeated group list { required int32 element; } } } }",
        l -> {
          l.addGroup("list").addGroup("element").addGroup("list").append("element", 1);
          l.addGroup("list").addGroup("element");
        },
        "[[1],[]]");
    check(
        "optional group l (LIST) { repeated group list { optional group element (MAP) {"
            + " repeated group key_value { required int32 key; optional int32 value; } } } }",
        l -> {
          l.addGroup("list").addGroup("element").addGroup("key_value").append("key", 7);
          l.addGroup("list");
        },
        "[{\"7\":null},null]");
    // Rule 1
    check(
        "optional group l (LIST) { repeated int32 element; }",
        l -> l.append("element", 1).append("element", 2),
        "[1,2]");
    // Rule 2
    check(
        "optional group l (LIST) { repeated group element { required binary str (STRING); required"
            + " int32 num; } }",
        l -> l.addGroup("element").append("str", "x").append("num", 3),
        "[{\"str\":\"x\",\"num\":3}]");
    // Rule 3
    check(
        "optional group l (LIST) { repeated group array (LIST) { repeated int32 array; } }",
        l -> {
          l.addGroup("array").append("array", 1);
          l.addGroup("array");
        },
        "[[1],[]]");
    check(
        "optional group l (LIST) { repeated group element { repeated int32 num; } }",
        l -> l.addGroup("element").append("num", 1).append("num", 2),
        "[{\"num\":[1,2]}]");
    check(
        "optional group l (LIST) { repeated group e (LIST) { repeated group array (LIST) { repeated"
            + " int32 a; } } }",
        l -> l.addGroup("e").addGroup("array").append("a", 5),
        "[[[5]]]");
    // Rule 4
    check(
        "optional group l (LIST) { repeated group array { required binary str (STRING); } }",
        l -> l.addGroup("array").append("str", "x"),
        "[{\"str\":\"x\"}]");
    check(
        "optional group l (LIST) { repeated group l_tuple { required binary str (STRING); } }",
        l -> l.addGroup("l_tuple").append("str", "x"),
        "[{\"str\":\"x\"}]");
    // Rule 5: the name of another list's tuple is none of this one.
    check(
        "optional group l (LIST) { repeated group m_tuple { optional int32 x; } }",
        l -> l.addGroup("m_tuple").append("x", 1),
        "[1]");
    // Maps
    check(
        "required group l (MAP) { repeated group key_value { required binary key (STRING); optional"
            + " int32 value; } }",
        l -> {
          l.addGroup("key_value").append("key", "a").append("value", 1);
          l.addGroup("key_value").append("key", "b");
        },
        "{\"a\":1,\"b\":null}");
    check(
        "optional group l (MAP) { repeated group map { required binary str (STRING); required int32"
            + " num; } }",
        l -> l.addGroup("map").append("str", "a").append("num", 1),
        "{\"a\":1}");
    check(
        "optional group l (MAP_KEY_VALUE) { repeated group map { required binary key (STRING);"
            + " optional int32 value; } }",
        l -> l.addGroup("map").append("key", "a").append("value", 1),
        "{\"a\":1}");
    check(
        "optional group l (MAP) { repeated group map (MAP_KEY_VALUE) { required int64 key; required"
            + " group value (LIST) { repeated int32 element; } } }",
        l -> l.addGroup("map").append("key", -1L).addGroup("value").append("element", 4),
        "{\"-1\":[4]}");
    check(
        "optional group l (MAP) { repeated group key_value { required int32 key; } }",
        l -> {
          l.addGroup("key_value").append("key", 1);
          l.addGroup("key_value").append("key", 2);
        },
        "[1,2]");
    check(
        "optional group l (MAP) { repeated group key_value { required group k { required int32 a;"
            + " } required int32 v; } }",
        l -> {
          Group e = l.addGroup("key_value");
          e.addGroup("k").append("a", 1);
          e.append("v", 2);
        },
        "[{\"key\":{\"a\":1},\"value\":2}]");
    // Without an annotation
    check(
        "repeated group l { required int32 num; optional binary str (STRING); }",
        l -> l.append("num", 1),
        "[{\"num\":1,\"str\":null}]");
    check(
        "optional group l { repeated int32 element; }",
        l -> l.append("element", 1),
        "{\"element\":[1]}");
    check(
        "optional group l { repeated group a { repeated group b { repeated int32 c; } } }",
        l -> l.addGroup("a").addGroup("b").append("c", 1).append("c", 2),
        "{\"a\":[{\"b\":[{\"c\":[1,2]}]}]}");
    // Annotations that their group does not bear out
    check(
        "optional group l (LIST) { optional int32 element; }",
        l -> l.append("element", 1),
        "{\"element\":1}");
    check(
        "optional group l (LIST) { repeated int32 a; repeated int32 b; }",
        l -> l.append("a", 1),
        "{\"a\":[1],\"b\":[]}");
    check(
        "optional group l (MAP) { repeated int32 key; }", l -> l.append("key", 1), "{\"key\":[1]}");
  }

  private void check(String field, Consumer<Group> fill, String expected) throws IOException {
    Map<String, Object> row = row(field, group -> fill.accept(group.addGroup("l")));
    assertThat(JSON.writeValueAsString(row.get("l"))).as(field).isEqualTo(expected);
  }

  @Test
  void typesThatFewWritersWrite() throws IOException {
    checkScalar("binary l (ENUM)", Binary.fromString("RED"), "RED");
    checkScalar("binary l (JSON)", Binary.fromString("{\"a\":1}"), "{\"a\":1}");
    checkScalar("binary l (BSON)", bytes("0500000000"), "BQAAAAA=");
    checkScalar("binary l", bytes("ff"), "/w==");
    checkScalar(
        "binary l (DECIMAL(5,2))",
        Binary.fromConstantByteArray(new BigInteger("-12345").toByteArray()),
        "-123.45");
    checkScalar("binary l (DECIMAL(5,0))", bytes("ff"), -1L);
    checkScalar(
        "fixed_len_byte_array(12) l (INTERVAL)",
        bytes("0e000000010000000c040000"),
        "P14M1DT1.036S");
    checkScalar("fixed_len_byte_array(12) l (INTERVAL)", bytes("000000000000000000000000"), "PT0S");
    checkScalar(
        "fixed_len_byte_array(12) l (INTERVAL)", bytes("ffffffff0000000000000000"), "P4294967295M");
    checkScalar("fixed_len_byte_array(2) l (FLOAT16)", bytes("007c"), Double.POSITIVE_INFINITY);
    checkScalar("fixed_len_byte_array(2) l (FLOAT16)", bytes("0100"), Math.scalb(1.0, -24));
    checkScalar("int96 l", bytes("0000000000000000" + "8c3d2500"), "1970-01-01T00:00:00");
    checkScalar("int96 l", bytes("ffffffffffffffff" + "8c3d2500"), "1969-12-31T23:59:59.999999999");
  }

  /** A value outside its type damages its own row alone. */
  @Test
  void aValueThatItsTypeDoesNotHaveIsABadRow() throws IOException {
    write(
        "message m { required int32 l (TIME(MILLIS,true)); }",
        Arrays.asList(g -> g.append("l", 90_000_000), g -> g.append("l", 1000)));
    ReadOptions options = Reading.options(directory.resolve("a.parquet"));
    assertThatThrownBy(() -> Reading.all(options))
        .isInstanceOf(FileProblemException.class)
        .hasMessageContaining(
            "a.parquet: row 1: column \"l\": 90000000 is no value of the type TIME(MILLIS,true)");
    List<Row> rows = Reading.all(options.withBadRow(BadRow.ERROR_ROW));
    assertThat(rows.get(0).error()).map(RowError::code).contains(RowError.BAD_ROW);
    assertThat(rows.get(0).id()).isEqualTo("a.parquet#1");
    assertThat(rows.get(1).fields()).containsEntry("l", "00:00:01");

    write("message m { required int32 l (DECIMAL(4,2)); }", List.of(g -> g.append("l", 12345)));
    assertThatThrownBy(() -> Reading.all(options))
        .hasMessageContaining("column \"l\": 12345 is no value of the type DECIMAL(4,2)");

    write(
        "message m { optional group l (MAP) { repeated group map { optional int32 key; optional"
            + " int32 value; } } }",
        List.of(g -> g.addGroup("l").addGroup("map").append("value", 1)));
    assertThatThrownBy(() -> Reading.all(options))
        .hasMessageContaining("a.parquet: row 1: a key of the map in column \"l\" is null");
  }

  @Test
  void rowsWithoutAnIdAreBadRows() throws IOException {
    write(
        "message m { optional binary id (STRING); }",
        Arrays.asList(g -> {}, g -> g.append("id", "x")));
    ReadOptions options = Reading.options(directory.resolve("a.parquet")).withIdField("id");
    assertThatThrownBy(() -> Reading.all(options))
        .hasMessageContaining("a.parquet: row 1: the id field \"id\" is empty");
    assertThat(Reading.all(options.withBadRow(BadRow.ERROR_ROW)))
        .extracting(Row::id)
        .containsExactly("a.parquet#1", "x");
  }

  @Test
  void columnsNestedTooDeeplyAreRefused() throws IOException {
    String open = "optional group l {".repeat(120);
    write("message m { " + open + " optional int32 x; " + "}".repeat(120) + " }", List.of(g -> {}));
    assertThatThrownBy(() -> Reading.all(Reading.options(directory.resolve("a.parquet"))))
        .isInstanceOf(FileProblemException.class)
        .hasMessageContaining("columns nested deeper than 100. Write nested values as JSON text");
  }

  private void checkScalar(String field, Binary value, Object expected) throws IOException {
    assertThat(row("optional " + field + ";", group -> group.append("l", value)))
        .as(field)
        .containsEntry("l", expected);
  }

  private static Binary bytes(String hex) {
    return Binary.fromConstantByteArray(HexFormat.of().parseHex(hex));
  }

  private Map<String, Object> row(String field, Consumer<Group> fill) throws IOException {
    write("message m { " + field + " }", List.of(fill));
    return Reading.all(Reading.options(directory.resolve("a.parquet"))).get(0).fields();
  }

  private void write(String schema, List<Consumer<Group>> rows) throws IOException {
    MessageType type = MessageTypeParser.parseMessageType(schema);
    Path file = directory.resolve("a.parquet");
    Files.deleteIfExists(file);
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new LocalOutputFile(file))
            .withConf(new PlainParquetConfiguration())
            .withType(type)
            .build()) {
      for (Consumer<Group> fill : rows) {
        Group group = new SimpleGroup(type);
        fill.accept(group);
        writer.write(group);
      }
    }
  }
}
