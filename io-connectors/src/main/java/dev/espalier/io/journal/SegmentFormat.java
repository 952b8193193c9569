package dev.espalier.io.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * A segment: the magic number, then records. All numbers are big-endian.
 *
 * <pre>
 *   length   int      bytes after the checksum
 *   checksum int      CRC-32C of the length and of what follows the checksum
 *   key      int + n  length and UTF-8
 *   payload           the rest
 * </pre>
 */
final class SegmentFormat {
  static final byte[] MAGIC = "ESPJNL01".getBytes(StandardCharsets.US_ASCII);

  /** Length and checksum. */
  static final int PREFIX_BYTES = 2 * Integer.BYTES;

  /** More is taken for a damaged length. */
  static final int MAX_LENGTH = 1 << 30;

  private SegmentFormat() {}

  static byte[] encode(String key, byte[] payload) {
    byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
    long length = Integer.BYTES + (long) keyBytes.length + payload.length;
    if (length > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "a record of " + length + " bytes; the most is " + MAX_LENGTH);
    }
    ByteBuffer record = ByteBuffer.allocate(PREFIX_BYTES + (int) length);
    record.putInt((int) length).putInt(0).putInt(keyBytes.length).put(keyBytes).put(payload);
    byte[] bytes = record.array();
    record.putInt(Integer.BYTES, checksum((int) length, bytes, PREFIX_BYTES));
    return bytes;
  }

  /**
   * @param body holds what follows the checksum, from {@code offset} to its end
   */
  static int checksum(int length, byte[] body, int offset) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, length));
    crc.update(body, offset, body.length - offset);
    return (int) crc.getValue();
  }
}
