package dev.espalier.io.journal;

import dev.espalier.io.storage.Storage;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The whole records of a segment. It ends at the first record that is not whole: a torn one, whose
 * bytes end too early because its writing was cut off, or a damaged one, whose checksum tells that
 * it is not what was written. The length that the file system tells is never used: that of a file
 * whose writer was killed may be too small (HDFS).
 */
final class SegmentReader implements Closeable {
  private final InputStream in;
  private boolean ended;
  private boolean damaged;
  private long records;
  private long lostBytes; // not part of a whole record
  private String key;
  private byte[] payload;

  private SegmentReader(InputStream in) {
    this.in = in;
  }

  static SegmentReader open(Storage storage, String path) throws IOException {
    SegmentReader reader =
        new SegmentReader(new BufferedInputStream(storage.input(path).newStream(), 1 << 16));
    try {
      reader.readMagic();
      return reader;
    } catch (IOException e) {
      reader.close();
      throw e;
    }
  }

  /** Goes to the next record; false after the last whole one. */
  boolean next() throws IOException {
    if (ended) {
      return false;
    }
    byte[] prefix = in.readNBytes(SegmentFormat.PREFIX_BYTES);
    if (prefix.length < SegmentFormat.PREFIX_BYTES) {
      return end(prefix.length);
    }
    int length = ByteBuffer.wrap(prefix).getInt();
    int checksum = ByteBuffer.wrap(prefix).getInt(Integer.BYTES);
    if (length < Integer.BYTES || length > SegmentFormat.MAX_LENGTH) {
      return endDamaged(prefix.length);
    }
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      return end(prefix.length + body.length);
    }
    if (SegmentFormat.checksum(length, body, 0) != checksum) {
      return endDamaged(prefix.length + body.length);
    }
    int keyLength = ByteBuffer.wrap(body).getInt();
    if (keyLength < 0 || keyLength > length - Integer.BYTES) {
      return endDamaged(prefix.length + body.length);
    }
    key = new String(body, Integer.BYTES, keyLength, StandardCharsets.UTF_8);
    payload = Arrays.copyOfRange(body, Integer.BYTES + keyLength, length);
    records++;
    return true;
  }

  String key() {
    return key;
  }

  byte[] payload() {
    return payload;
  }

  /** Of the segment; complete once {@link #next} has said false. */
  JournalSummary summary() {
    return new JournalSummary(
        1, records, damaged ? 0 : lostBytes, damaged ? 1 : 0, damaged ? lostBytes : 0);
  }

  private void readMagic() throws IOException {
    byte[] magic = in.readNBytes(SegmentFormat.MAGIC.length);
    if (!Arrays.equals(magic, Arrays.copyOf(SegmentFormat.MAGIC, magic.length))) {
      endDamaged(magic.length);
    } else if (magic.length < SegmentFormat.MAGIC.length) {
      end(magic.length);
    }
  }

  private boolean end(int bytes) {
    ended = true;
    lostBytes = bytes;
    return false;
  }

  private boolean endDamaged(int bytes) throws IOException {
    damaged = true;
    end(bytes);
    byte[] rest = new byte[1 << 16];
    for (int read = in.read(rest); read >= 0; read = in.read(rest)) {
      lostBytes += read;
    }
    return false;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
