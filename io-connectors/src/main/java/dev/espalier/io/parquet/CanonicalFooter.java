package dev.espalier.io.parquet;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Util;

/**
 * Makes the footer of a Parquet file a function of its content. parquet-java lists the encodings of
 * a column in the order of a hash set of enums, and the hash of an enum is another one in each
 * process; here they are in the order of their numbers. It also marks intervals, which the format
 * has no new form for, as columns of nulls in the new form, and readers that go by it see no
 * values.
 */
final class CanonicalFooter {
  /** The length of the footer, then the magic number. */
  private static final int TRAILER_BYTES = 8;

  private CanonicalFooter() {}

  /**
   * @param tail the end of a Parquet file: its footer at least
   * @return what to write in its place
   */
  static byte[] of(byte[] tail) throws IOException {
    int trailer = tail.length - TRAILER_BYTES;
    int length = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN).getInt(trailer);
    int start = trailer - length;
    FileMetaData footer = Util.readFileMetaData(new ByteArrayInputStream(tail, start, length));
    for (SchemaElement element : footer.getSchema()) {
      if (element.getConverted_type() == ConvertedType.INTERVAL) {
        element.unsetLogicalType();
      }
    }
    for (RowGroup group : footer.getRow_groups()) {
      for (ColumnChunk column : group.getColumns()) {
        List<Encoding> encodings = new ArrayList<>(column.getMeta_data().getEncodings());
        encodings.sort(Comparator.comparingInt(Encoding::getValue));
        column.getMeta_data().setEncodings(encodings);
      }
    }
    ByteArrayOutputStream canonical = new ByteArrayOutputStream(tail.length);
    canonical.write(tail, 0, start);
    Util.writeFileMetaData(footer, canonical);
    ByteBuffer newLength = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    newLength.putInt(canonical.size() - start);
    canonical.write(newLength.array());
    canonical.write(tail, trailer + Integer.BYTES, TRAILER_BYTES - Integer.BYTES);
    return canonical.toByteArray();
  }
}
