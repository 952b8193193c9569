package dev.espalier.io.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Levels, values and columns that contradict each other are refused: decoders would make rows of
 * them that nobody wrote.
 */
class ParquetLevelsTest {
  private static final MessageType FLAT =
      MessageTypeParser.parseMessageType("message m { optional int32 x; }");
  private static final MessageType STRUCT =
      MessageTypeParser.parseMessageType(
          "message m { optional group s { optional int32 a; optional int32 b; } }");
  private static final MessageType LIST =
      MessageTypeParser.parseMessageType("message m { repeated int32 x; }");
  private static final MessageType TEXT =
      MessageTypeParser.parseMessageType("message m { required binary x; }");

  @TempDir Path directory;

  @Test
  void levelsAndValuesThatBelongTogetherAreRead() throws Exception {
    write(FLAT, 3, page(3, levels("03" + "05"), ints(7, 8)));
    assertThat(fields()).extracting(row -> row.get("x")).containsExactly(7L, null, 8L);
    write(
        STRUCT,
        2,
        page(2, levels("03" + "0200"), ints(7)),
        page(2, levels("03" + "0200"), ints(8)));
    assertThat(fields().get(0)).isEqualTo(Map.of("s", Map.of("a", 7L, "b", 8L)));
    write(LIST, 2, page(3, levels("03" + "02"), levels("03" + "07"), ints(7, 8, 9)));
    assertThat(fields())
        .extracting(row -> row.get("x"))
        .containsExactly(List.of(7L, 8L), List.of(9L));
  }

  /** As fastparquet does. */
  @Test
  void eightZerosMayFollowThePage() throws Exception {
    write(FLAT, 3, page(3, levels("03" + "05"), ints(7, 8), new byte[8]));
    assertThat(fields()).extracting(row -> row.get("x")).containsExactly(7L, null, 8L);
  }

  /** Eight times as many levels as it says are 2^64, which is 0 in 64 bits. */
  @Test
  void aRunLongerThanAnyPageIsRefused() throws Exception {
    write(FLAT, 3, page(3, levels("8180808080808080" + "40" + "05"), ints(7, 8)));
    assertRefused(
        "row group 0, column \"x\": a run of 2305843009213693952 values where the page has 3");
  }

  @Test
  void otherValuesThanTheLevelsSayAreRefused() throws Exception {
    write(FLAT, 3, page(3, levels("03" + "01"), ints(7, 8)));
    assertRefused("row group 0, column \"x\": a page has more values than its levels say");
    write(FLAT, 3, page(3, levels("06" + "00"), ints(7, 8, 9)));
    assertRefused("row group 0, column \"x\": a page has more values than its levels say");
    write(FLAT, 3, page(3, levels("03" + "07"), ints(7, 8)));
    assertRefused("row group 0, column \"x\": a page ends within its values");
  }

  @Test
  void levelsThatEndEarlyAreRefused() throws Exception {
    write(FLAT, 20, page(20, levels("07" + "ffff"), ints(new int[16])));
    assertRefused("row group 0, column \"x\": a page ends within its levels");
  }

  @Test
  void columnsThatDisagreeAboutTheirGroupAreRefused() throws Exception {
    write(
        STRUCT,
        2,
        page(2, levels("03" + "0200"), ints(7)),
        page(2, levels("03" + "0800"), ints(8)));
    assertRefused("row group 0, column \"s.b\": it disagrees with \"s.a\" about where \"s\" is");
  }

  @Test
  void listsThatAreNoneAreRefused() throws Exception {
    write(LIST, 1, page(2, levels("03" + "03"), levels("03" + "03"), ints(7, 8)));
    assertRefused("row group 0, column \"x\": it begins within a row");
    write(LIST, 1, page(2, levels("03" + "02"), levels("03" + "01"), ints(7)));
    assertRefused("row group 0, column \"x\": a list without values goes on");
    write(LIST, 2, page(3, levels("06" + "00"), levels("06" + "01"), ints(7, 8, 9)));
    assertRefused("row group 0, column \"x\": its levels make 3 rows of 2");
  }

  /** A prefix of a gigabyte would be allocated before it is looked for. */
  @Test
  void textsThatDoNotFitAreRefused() throws Exception {
    String one = "8001" + "01" + "01"; // a block of 128 in one part, of which one value is there
    byte[] gigabyte = hex(one + "8080808008" + one + "02" + "61"); // prefix 2^30, suffix 1
    write(TEXT, 1, page(1, gigabyte), Encoding.DELTA_BYTE_ARRAY);
    assertRefused("row group 0, column \"x\": a value begins with 1073741824 bytes of one of 0");
    write(TEXT, 1, page(1, hex(one + "01" + "61")), Encoding.DELTA_LENGTH_BYTE_ARRAY); // length -1
    assertRefused(
        "row group 0, column \"x\": a value of 4294967295 bytes does not fit into its page");
    write(TEXT, 1, page(1, hex(one + "02" + "6162")), Encoding.DELTA_LENGTH_BYTE_ARRAY);
    assertRefused("row group 0, column \"x\": a page has more values than its levels say");
    write(TEXT, 1, page(1, hex(one + "04" + "6162")), Encoding.DELTA_LENGTH_BYTE_ARRAY);
    assertThat(fields()).hasSize(1);
  }

  private static final class Page {
    private final int values;
    private final byte[] bytes;

    Page(int values, byte[] bytes) {
      this.values = values;
      this.bytes = bytes;
    }
  }

  private static Page page(int values, byte[]... parts) {
    ByteBuffer all = ByteBuffer.allocate(Arrays.stream(parts).mapToInt(part -> part.length).sum());
    for (byte[] part : parts) {
      all.put(part);
    }
    return new Page(values, all.array());
  }

  /** Runs behind their length, as version 1 has them. */
  private static byte[] levels(String runs) {
    byte[] bytes = hex(runs);
    return ByteBuffer.allocate(Integer.BYTES + bytes.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(bytes.length)
        .put(bytes)
        .array();
  }

  private static byte[] ints(int... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Integer.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.stream(values).forEach(bytes::putInt);
    return bytes.array();
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }

  private void write(MessageType schema, int rows, Page... pages) throws IOException {
    write(schema, rows, Encoding.PLAIN, pages);
  }

  private void write(MessageType schema, int rows, Page page, Encoding encoding)
      throws IOException {
    write(schema, rows, encoding, page);
  }

  @SuppressWarnings("deprecation") // the writer of whole pages
  private void write(MessageType schema, int rows, Encoding encoding, Page... pages)
      throws IOException {
    ParquetFileWriter writer =
        new ParquetFileWriter(
            new LocalOutputFile(file()),
            schema,
            ParquetFileWriter.Mode.OVERWRITE,
            ParquetWriter.DEFAULT_BLOCK_SIZE,
            0);
    writer.start();
    writer.startBlock(rows);
    for (int i = 0; i < pages.length; i++) {
      ColumnDescriptor column = schema.getColumns().get(i);
      writer.startColumn(column, pages[i].values, CompressionCodecName.UNCOMPRESSED);
      writer.writeDataPage(
          pages[i].values,
          pages[i].bytes.length,
          BytesInput.from(pages[i].bytes),
          Statistics.createStats(column.getPrimitiveType()),
          rows,
          Encoding.RLE,
          Encoding.RLE,
          encoding);
      writer.endColumn();
    }
    writer.endBlock();
    writer.end(Map.of());
  }

  private Path file() {
    return directory.resolve("a.parquet");
  }

  private List<Map<String, Object>> fields() throws IOException {
    return Reading.all(Reading.options(file())).stream().map(row -> row.fields()).toList();
  }

  private void assertRefused(String problem) {
    assertThatThrownBy(() -> Reading.all(Reading.options(file())))
        .hasMessageContaining(file() + ": " + problem);
  }
}
