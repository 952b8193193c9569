package dev.espalier.io.storage;

import java.io.IOException;
import java.io.OutputStream;

/**
 * A file being written. Bytes may be held back until {@link #flush}; closing flushes and syncs. Not
 * thread-safe.
 */
public abstract class StorageOutput extends OutputStream {

  /**
   * Hands all bytes written so far to the file system: they outlive this process, if {@link
   * #outlivesProcess}.
   */
  @Override
  public abstract void flush() throws IOException;

  /** Brings all bytes written so far to the medium, as far as the file system can. */
  public abstract void sync() throws IOException;

  /**
   * Whether bytes that were flushed can be read after this process was killed. Object stores show a
   * file only when it has been closed.
   */
  public abstract boolean outlivesProcess();
}
