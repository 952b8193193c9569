package dev.espalier.io.parquet;

import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOutput;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/**
 * A file for Parquet's writer that gives it a {@link CanonicalFooter} and knows the SHA-256 and the
 * length of what went into it.
 */
public final class DigestingOutputFile implements OutputFile {
  private final Storage storage;
  private final String path;
  private final MessageDigest digest = sha256();
  private ByteArrayOutputStream tail; // null until it is held back
  private long length;

  public DigestingOutputFile(Storage storage, String path) {
    this.storage = storage;
    this.path = path;
  }

  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /**
   * Keeps in memory what is written from now on, until the stream is closed. To be called before
   * the writer is closed: it then writes its last row group, at most, and the footer.
   */
  public void holdTail() {
    tail = new ByteArrayOutputStream();
  }

  /** Valid once the stream was closed. */
  public String sha256Hex() {
    return HexFormat.of().formatHex(digest.digest());
  }

  public long length() {
    return length;
  }

  @Override
  public PositionOutputStream create(long blockSizeHint) throws IOException {
    StorageOutput file = storage.create(path);
    return new DigestingStream(
        new BufferedOutputStream(new DigestOutputStream(file, digest), 1 << 16));
  }

  @Override
  public PositionOutputStream createOrOverwrite(long blockSizeHint) throws IOException {
    return create(blockSizeHint);
  }

  @Override
  public boolean supportsBlockSize() {
    return false;
  }

  @Override
  public long defaultBlockSize() {
    return 0;
  }

  private final class DigestingStream extends PositionOutputStream {
    private final OutputStream out;

    DigestingStream(OutputStream out) {
      this.out = out;
    }

    @Override
    public long getPos() {
      return tail == null ? length : length + tail.size();
    }

    @Override
    public void write(int b) throws IOException {
      if (tail != null) {
        tail.write(b);
        return;
      }
      out.write(b);
      length++;
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      if (tail != null) {
        tail.write(bytes, offset, count);
        return;
      }
      out.write(bytes, offset, count);
      length += count;
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }

    @Override
    public void close() throws IOException {
      try (out) {
        if (tail != null) {
          byte[] end = CanonicalFooter.of(tail.toByteArray());
          tail = null;
          write(end, 0, end.length);
        }
      }
    }
  }
}
