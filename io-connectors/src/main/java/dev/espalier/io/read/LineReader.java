package dev.espalier.io.read;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Lines of bytes, ended by LF or the end of the stream. */
final class LineReader implements Closeable {
  /** A line is held in memory, and so is what is parsed from it. */
  static final int MAX_LINE_BYTES = 64 << 20;

  private final InputStream in;
  private final byte[] buffer = new byte[1 << 16];
  private int next;
  private int filled;
  private long offset;

  /**
   * @param offset of the first byte of {@code in} in its file
   */
  LineReader(InputStream in, long offset) {
    this.in = in;
    this.offset = offset;
  }

  /** Offset of the next line in the file. */
  long offset() {
    return offset;
  }

  /**
   * The next line without its LF, empty after the last.
   *
   * @throws LineTooLongException beyond {@link #MAX_LINE_BYTES}; {@link #skip} goes to the next
   */
  Optional<byte[]> next() throws IOException {
    ByteArrayOutputStream line = null;
    while (next < filled || fill()) {
      int end = next;
      while (end < filled && buffer[end] != '\n') {
        end++;
      }
      int length = end - next;
      if (line == null) {
        line = new ByteArrayOutputStream(length);
      }
      offset += length;
      next = end;
      if (line.size() + length > MAX_LINE_BYTES) {
        throw new LineTooLongException();
      }
      line.write(buffer, end - length, length);
      if (end < filled) {
        offset++;
        next++;
        return Optional.of(line.toByteArray());
      }
    }
    return Optional.ofNullable(line).map(ByteArrayOutputStream::toByteArray);
  }

  /** Goes past the next LF, or to the end if there is none. */
  void skip() throws IOException {
    while (next < filled || fill()) {
      offset++;
      if (buffer[next++] == '\n') {
        return;
      }
    }
  }

  private boolean fill() throws IOException {
    next = 0;
    filled = Math.max(0, in.read(buffer));
    return filled > 0;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** A line beyond {@link #MAX_LINE_BYTES}. */
  static final class LineTooLongException extends IOException {
    LineTooLongException() {
      super("a line of more than " + MAX_LINE_BYTES + " bytes");
    }
  }
}
