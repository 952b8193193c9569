package dev.espalier.io.storage;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/**
 * A file of the local disk, read through a buffer: a reader that takes one byte after the other
 * costs no call of the operating system for each. Not a channel, which an interrupt closes.
 */
record LocalInput(Path file) implements InputFile {
  private static final int BUFFER_BYTES = 1 << 14;

  @Override
  public long getLength() throws IOException {
    return Files.size(file);
  }

  @Override
  public SeekableInputStream newStream() throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    return new BufferedFile(new RandomAccessFile(file.toFile(), "r"));
  }

  private static final class BufferedFile extends SeekableInputStream {
    private final RandomAccessFile file;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private long bufferStart; // where in the file the buffer begins
    private int filled;
    private int next;

    BufferedFile(RandomAccessFile file) {
      this.file = file;
    }

    @Override
    public long getPos() {
      return bufferStart + next;
    }

    @Override
    public void seek(long position) throws IOException {
      if (position < 0) {
        throw new EOFException("position " + position);
      }
      if (position >= bufferStart && position <= bufferStart + filled) {
        next = (int) (position - bufferStart);
      } else {
        bufferStart = position;
        filled = 0;
        next = 0;
      }
    }

    @Override
    public int read() throws IOException {
      return next < filled || fill() ? buffer[next++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (next == filled && length >= BUFFER_BYTES) {
        return readPastBuffer(bytes, offset, length);
      }
      if (next == filled && !fill()) {
        return -1;
      }
      int count = Math.min(length, filled - next);
      System.arraycopy(buffer, next, bytes, offset, count);
      next += count;
      return count;
    }

    private int readPastBuffer(byte[] bytes, int offset, int length) throws IOException {
      long position = getPos();
      file.seek(position);
      int count = file.read(bytes, offset, length);
      bufferStart = position + Math.max(0, count);
      filled = 0;
      next = 0;
      return count;
    }

    private boolean fill() throws IOException {
      long position = getPos();
      file.seek(position);
      int count = file.read(buffer, 0, buffer.length);
      bufferStart = position;
      next = 0;
      filled = Math.max(0, count);
      return filled > 0;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
      byte[] bytes = new byte[Math.min(into.remaining(), 1 << 20)];
      int count = read(bytes, 0, bytes.length);
      if (count > 0) {
        into.put(bytes, 0, count);
      }
      return count;
    }

    @Override
    public void readFully(byte[] bytes) throws IOException {
      readFully(bytes, 0, bytes.length);
    }

    @Override
    public void readFully(byte[] bytes, int offset, int length) throws IOException {
      int done = 0;
      while (done < length) {
        int count = read(bytes, offset + done, length - done);
        if (count < 0) {
          throw new EOFException("the file ends at " + getPos());
        }
        done += count;
      }
    }

    @Override
    public void readFully(ByteBuffer into) throws IOException {
      while (into.hasRemaining()) {
        if (read(into) < 0) {
          throw new EOFException("the file ends at " + getPos());
        }
      }
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
