package dev.espalier.pipeline;

import java.io.Closeable;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;

/**
 * Keeps finished rows beyond the end of the process, so that they need not run again. A row may be
 * appended more than once, by attempts of the same work; its outcome is then the same.
 */
@FunctionalInterface
public interface RowJournal extends Serializable {

  /** Opens a writer of its own for one task; several may be open at once. */
  Writer open() throws IOException;

  /** A journal that keeps nothing. */
  static RowJournal none() {
    return () ->
        new Writer() {
          @Override
          public void append(List<FinishedRow> rows) {}

          @Override
          public void close() {}
        };
  }

  /** Used by one thread. */
  interface Writer extends Closeable {
    /** When this returns, {@code rows} are durable. They come in the order in which they ended. */
    void append(List<FinishedRow> rows) throws IOException;
  }
}
