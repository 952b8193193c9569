package dev.espalier.io.read;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStream;
import dev.espalier.io.FileProblemException;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.ZipException;

/** Compression of a whole text file, told by its extension. Such a file cannot be split. */
enum Compression {
  NONE(""),
  GZIP(".gz"),
  ZSTD(".zst");

  private static final List<String> OTHERS =
      List.of(".bz2", ".xz", ".lz4", ".lzma", ".lzo", ".sz", ".snappy", ".br", ".7z", ".zip", ".z");

  private final String extension;

  Compression(String extension) {
    this.extension = extension;
  }

  static Compression ofName(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.endsWith(GZIP.extension)) {
      return GZIP;
    }
    return lower.endsWith(ZSTD.extension) ? ZSTD : NONE;
  }

  /** The extension of a compression that is not read, if {@code name} has one. */
  static Optional<String> otherOfName(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return OTHERS.stream().filter(lower::endsWith).findFirst();
  }

  /** {@code name} without the extension. */
  String strip(String name) {
    return name.substring(0, name.length() - extension.length());
  }

  /**
   * @param path for the message when the compressed bytes are damaged
   */
  InputStream decompress(InputStream in, String path) throws IOException {
    if (this == NONE) {
      return in;
    }
    try {
      return new CheckedStream(this == GZIP ? new GzipMembers(in) : new ZstdInputStream(in), path);
    } catch (EOFException | ZipException | ZstdIOException e) {
      throw damaged(path, e);
    }
  }

  private static FileProblemException damaged(String path, IOException cause) {
    String problem =
        cause instanceof ZstdIOException
            ? "its Zstandard data is damaged or cut short"
            : cause.getMessage();
    return new FileProblemException(
        path + ": cannot be decompressed: " + problem, "Compress or copy the file again", cause);
  }

  /** Tells damage from failures of the storage below. */
  private static final class CheckedStream extends FilterInputStream {
    private final String path;

    CheckedStream(InputStream in, String path) {
      super(in);
      this.path = path;
    }

    @Override
    public int read() throws IOException {
      try {
        return in.read();
      } catch (EOFException | ZipException | ZstdIOException e) {
        throw damaged(path, e);
      }
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      try {
        return in.read(bytes, offset, length);
      } catch (EOFException | ZipException | ZstdIOException e) {
        throw damaged(path, e);
      }
    }
  }
}
