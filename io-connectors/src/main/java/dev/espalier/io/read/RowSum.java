package dev.espalier.io.read;

import dev.espalier.row.Row;
import dev.espalier.row.RowCoders;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * What rows are, in whatever order and pieces they are read: how many, and the sum of the SHA-256
 * of each one's id, fields and error, as four integers of 64 bits. The sums of parts add up to that
 * of the whole.
 */
public record RowSum(long rows, long first, long second, long third, long fourth)
    implements Serializable {
  /** That of no rows. */
  public static final RowSum NONE = new RowSum(0, 0, 0, 0, 0);

  private static final int LANES = 4;

  static RowSum of(Row row) {
    try {
      return ofBytes(RowCoders.ROW.toBytes(row));
    } catch (IOException e) {
      throw new UncheckedIOException("row " + row.id() + ": " + e.getMessage(), e);
    }
  }

  /** The sum of one thing that these bytes are. */
  public static RowSum ofBytes(byte[] bytes) {
    ByteBuffer hash = ByteBuffer.wrap(Sha256.digest().digest(bytes));
    return new RowSum(1, hash.getLong(), hash.getLong(), hash.getLong(), hash.getLong());
  }

  public RowSum plus(RowSum other) {
    return new RowSum(
        rows + other.rows,
        first + other.first,
        second + other.second,
        third + other.third,
        fourth + other.fourth);
  }

  /** The sum in 64 hexadecimal digits. */
  String digits() {
    ByteBuffer lanes = ByteBuffer.allocate(LANES * Long.BYTES);
    lanes.putLong(first).putLong(second).putLong(third).putLong(fourth);
    return HexFormat.of().formatHex(lanes.array());
  }

  /**
   * @throws IllegalArgumentException if {@code digits} are none
   */
  static RowSum of(long rows, String digits) {
    byte[] bytes = HexFormat.of().parseHex(digits);
    if (bytes.length != LANES * Long.BYTES) {
      throw new IllegalArgumentException("not a sum of rows: " + digits);
    }
    ByteBuffer lanes = ByteBuffer.wrap(bytes);
    return new RowSum(rows, lanes.getLong(), lanes.getLong(), lanes.getLong(), lanes.getLong());
  }

  /** Names the rows: the first 128 bits of SHA-256 over number and sum, in hexadecimal. */
  public String hash() {
    byte[] text = (rows + " " + digits()).getBytes(StandardCharsets.US_ASCII);
    return HexFormat.of().formatHex(Sha256.digest().digest(text), 0, 16);
  }
}
