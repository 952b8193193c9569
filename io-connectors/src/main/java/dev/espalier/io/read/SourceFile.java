package dev.espalier.io.read;

import java.io.Serializable;

/**
 * A file of the input.
 *
 * @param path as the storage takes it
 * @param label the path below the input's root, the same wherever the input lies; ids are made of
 *     it
 * @param bytes its length as stored
 * @param version what the file system changes when the file is written; may be empty
 */
public record SourceFile(String path, String label, InputFormat format, long bytes, String version)
    implements Serializable {
  /** Whether its length is that of the text that it holds. */
  public boolean isPlainText() {
    return format != InputFormat.PARQUET && compression() == Compression.NONE;
  }

  Compression compression() {
    return format == InputFormat.PARQUET ? Compression.NONE : Compression.ofName(path);
  }
}
