package dev.espalier.io.parquet;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.apache.parquet.bytes.ByteBufferInputStream;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.values.ValuesReader;
import org.apache.parquet.column.values.ValuesWriter;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesWriterForLong;
import org.apache.parquet.column.values.deltalengthbytearray.DeltaLengthByteArrayValuesWriter;
import org.apache.parquet.column.values.deltastrings.DeltaByteArrayWriter;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridValuesWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.junit.jupiter.api.Test;

@SuppressWarnings("deprecation") // what old writers wrote is read too
class EncodedValuesTest {
  private static final ColumnDescriptor INT64 = column(PrimitiveTypeName.INT64);
  private static final ColumnDescriptor BINARY = column(PrimitiveTypeName.BINARY);

  @Test
  void whatWritersWriteIsSound() throws Exception {
    HeapByteBufferAllocator heap = HeapByteBufferAllocator.getInstance();
    for (int count : new int[] {1, 2, 7, 8, 9, 127, 128, 129, 1000}) {
      ValuesWriter deltas = new DeltaBinaryPackingValuesWriterForLong(64, 1024, heap);
      ValuesWriter lengths = new DeltaLengthByteArrayValuesWriter(64, 1024, heap);
      ValuesWriter texts = new DeltaByteArrayWriter(64, 1024, heap);
      ValuesWriter booleans = new RunLengthBitPackingHybridValuesWriter(1, 64, 1024, heap);
      for (int i = 0; i < count; i++) {
        deltas.writeLong((long) i * i * i - 1000L * i);
        lengths.writeBytes(Binary.fromString("x".repeat(i % 50)));
        texts.writeBytes(Binary.fromString("prefix" + i));
        booleans.writeInteger(i % 30 < 13 ? 1 : 0);
      }
      check(INT64, deltas, count, Encoding.DELTA_BINARY_PACKED);
      check(BINARY, lengths, count, Encoding.DELTA_LENGTH_BYTE_ARRAY);
      check(BINARY, texts, count, Encoding.DELTA_BYTE_ARRAY);
      check(column(PrimitiveTypeName.BOOLEAN), booleans, count, Encoding.RLE);
    }
  }

  /** The walk refuses none of it, and the decoder reads it. */
  private static void check(
      ColumnDescriptor column, ValuesWriter writer, int count, Encoding encoding) throws Exception {
    byte[] page = writer.getBytes().toByteArray();
    EncodedValues.checkValues(column, page, count, encoding);
    ValuesReader reader =
        encoding.getValuesReader(column, org.apache.parquet.column.ValuesType.VALUES);
    reader.initFromPage(count, ByteBufferInputStream.wrap(java.nio.ByteBuffer.wrap(page)));
  }

  /** Decoders would allocate gigabytes for each of these. */
  @Test
  void countsThatThePageDoesNotHaveAreRefused() {
    Map<String, Encoding> pages =
        Map.of(
            // a bit-packed run of 2^30 groups, of indices without bits, of one bit
            "00" + "ffffffff07", Encoding.RLE_DICTIONARY,
            "01" + "ffffffff0f" + "00", Encoding.PLAIN_DICTIONARY,
            "21" + "0200", Encoding.RLE_DICTIONARY, // indices of 33 bits
            "80000000" + "ffffffff0f", Encoding.RLE, // more bytes than there are
            "05000000" + "ffffffff0f", Encoding.RLE,
            // delta blocks: 2^31 values in all, blocks of 2^30, no parts, deltas of 65 bits
            "8001" + "04" + "ffffffff07" + "00", Encoding.DELTA_BINARY_PACKED,
            "8080808004" + "01" + "05" + "00", Encoding.DELTA_BINARY_PACKED,
            "8001" + "00" + "05" + "00", Encoding.DELTA_BINARY_PACKED,
            "8001" + "04" + "05" + "00" + "00" + "41000000" + "00".repeat(300),
                Encoding.DELTA_BYTE_ARRAY,
            "8001" + "04" + "0a" + "00" + "00" + "08000000", Encoding.DELTA_LENGTH_BYTE_ARRAY);
    pages.forEach(
        (hex, encoding) ->
            assertThatThrownBy(
                    () ->
                        EncodedValues.checkValues(
                            INT64, HexFormat.of().parseHex(hex), 10, encoding))
                .as("%s as %s", hex, encoding)
                .isInstanceOf(DamagedException.class));
  }

  @Test
  void aListThatThriftCannotHoldIsRefused() {
    for (String hex : Arrays.asList("19fcffffffff07", "1bffffffff0fcc", "18ffffffff07", "1c1c1c")) {
      byte[] bytes = HexFormat.of().parseHex(hex);
      assertThatThrownBy(() -> CompactProtocol.endOfStruct(bytes, 0, bytes.length))
          .as(hex)
          .isInstanceOf(DamagedException.class);
    }
  }

  private static ColumnDescriptor column(PrimitiveTypeName type) {
    return new ColumnDescriptor(new String[] {"x"}, Types.required(type).named("x"), 0, 0);
  }
}
