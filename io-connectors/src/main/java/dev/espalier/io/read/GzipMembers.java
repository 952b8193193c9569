package dev.espalier.io.read;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * The content of a gzip file by RFC 1952: one member after the other until the file ends. Unlike
 * Java's own stream it takes no bytes that are no member for the end.
 */
final class GzipMembers extends InputStream {
  private static final int MAGIC = 0x8B1F;
  private static final int DEFLATE = 8;
  private static final int HEADER_CHECKSUM = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;

  private final InputStream in;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 checksum = new CRC32();
  private final byte[] buffer = new byte[1 << 16];
  private int next;
  private int filled;
  private long before; // bytes of the file before the buffer
  private boolean ended;

  /**
   * @throws ZipException if {@code in} does not begin with a member
   */
  GzipMembers(InputStream in) throws IOException {
    this.in = in;
    if (!more()) {
      throw new EOFException("it is empty");
    }
    header("it is no gzip data");
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    while (length > 0 && !ended) {
      if (inflater.needsInput()) {
        if (!more()) {
          throw cutShort();
        }
        inflater.setInput(buffer, next, filled - next);
        next = filled;
      }
      int count;
      try {
        count = inflater.inflate(bytes, offset, length);
      } catch (DataFormatException e) {
        throw new ZipException("its data is damaged before byte " + position());
      }
      checksum.update(bytes, offset, count);
      if (inflater.finished()) {
        endMember();
      }
      if (count > 0) {
        return count;
      }
      if (inflater.needsDictionary()) {
        throw new ZipException("its data needs a dictionary");
      }
    }
    return length == 0 ? 0 : -1;
  }

  private void endMember() throws IOException {
    next = filled - inflater.getRemaining();
    long size = inflater.getBytesWritten();
    if (littleEndian(Integer.BYTES) != checksum.getValue()
        || littleEndian(Integer.BYTES) != (size & 0xFFFF_FFFFL)) {
      throw new ZipException("its checksum differs");
    }
    inflater.reset();
    checksum.reset();
    if (more()) {
      header("there are other bytes after the end of the compressed data, at byte " + position());
    } else {
      ended = true;
    }
  }

  private void header(String otherwise) throws IOException {
    if (littleEndian(Short.BYTES, otherwise) != MAGIC) {
      throw new ZipException(otherwise);
    }
    if (oneByte() != DEFLATE) {
      throw new ZipException("its method of compression is not known");
    }
    int flags = oneByte();
    goPast(Integer.BYTES + Short.BYTES); // the time, the system
    if ((flags & EXTRA) != 0) {
      goPast(littleEndian(Short.BYTES));
    }
    for (int text : new int[] {NAME, COMMENT}) {
      if ((flags & text) != 0) {
        while (oneByte() != 0) {
          // goes past it
        }
      }
    }
    if ((flags & HEADER_CHECKSUM) != 0) {
      goPast(Short.BYTES);
    }
  }

  private void goPast(long count) throws IOException {
    for (long i = 0; i < count; i++) {
      oneByte();
    }
  }

  private long littleEndian(int bytes) throws IOException {
    return littleEndian(bytes, null);
  }

  private long littleEndian(int bytes, String atEnd) throws IOException {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      if (atEnd != null && !more()) {
        throw new ZipException(atEnd);
      }
      value |= (long) oneByte() << (Byte.SIZE * i);
    }
    return value;
  }

  private int oneByte() throws IOException {
    if (!more()) {
      throw cutShort();
    }
    return buffer[next++] & 0xFF;
  }

  private EOFException cutShort() {
    return new EOFException("it is cut short at " + position() + " bytes");
  }

  private long position() {
    return before + next;
  }

  private boolean more() throws IOException {
    if (next == filled) {
      before += filled;
      next = 0;
      filled = Math.max(0, in.read(buffer, 0, buffer.length));
    }
    return next < filled;
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    in.close();
  }
}
