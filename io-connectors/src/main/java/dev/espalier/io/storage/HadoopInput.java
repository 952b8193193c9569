package dev.espalier.io.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.util.functional.FutureIO;
import org.apache.parquet.hadoop.util.HadoopStreams;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/**
 * A file of a Hadoop file system, as it was when it was looked at: where the file system can tell,
 * one that has come in its place since is refused, not mixed.
 */
record HadoopInput(String path, FileSystem fileSystem, FileStatus status) implements InputFile {
  @Override
  public long getLength() {
    return status.getLen();
  }

  @Override
  public SeekableInputStream newStream() throws IOException {
    return told(
        () ->
            new Told(
                HadoopStreams.wrap(
                    FutureIO.awaitFuture(
                        fileSystem.openFile(status.getPath()).withFileStatus(status).build()))));
  }

  private interface Reading<T> {
    T read() throws IOException;
  }

  private <T> T told(Reading<T> reading) throws IOException {
    try {
      return reading.read();
    } catch (IOException e) {
      throw StorageFault.of(path, e);
    }
  }

  /** A stream whose failures are told in plain words. */
  private final class Told extends SeekableInputStream {
    private final SeekableInputStream in;

    Told(SeekableInputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      return told(in::read);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return told(() -> in.read(bytes, offset, length));
    }

    @Override
    public int read(ByteBuffer buffer) throws IOException {
      return told(() -> in.read(buffer));
    }

    @Override
    public void readFully(byte[] bytes) throws IOException {
      readFully(bytes, 0, bytes.length);
    }

    @Override
    public void readFully(byte[] bytes, int offset, int length) throws IOException {
      told(
          () -> {
            in.readFully(bytes, offset, length);
            return length;
          });
    }

    @Override
    public void readFully(ByteBuffer buffer) throws IOException {
      told(
          () -> {
            in.readFully(buffer);
            return buffer;
          });
    }

    @Override
    public long getPos() throws IOException {
      return in.getPos();
    }

    @Override
    public void seek(long position) throws IOException {
      told(
          () -> {
            in.seek(position);
            return position;
          });
    }

    @Override
    public long skip(long count) throws IOException {
      return told(() -> in.skip(count));
    }

    @Override
    public int available() throws IOException {
      return told(in::available);
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
