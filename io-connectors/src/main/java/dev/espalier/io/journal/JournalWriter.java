package dev.espalier.io.journal;

import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOutput;
import dev.espalier.io.storage.StorageUse;
import java.io.Closeable;
import java.io.IOException;
import java.util.UUID;

/**
 * Appends records. Thread-safe.
 *
 * <p>When {@link #append} returns, the record has left the process: it survives {@code kill -9}. It
 * survives a power failure once it was synced, which happens after 4 MiB or one second, whichever
 * comes first, with the next record, and on {@link #close}. On a store whose open files cannot be
 * read (S3 and its like) a segment is closed after 8 MiB or thirty seconds, and a record survives
 * from then on. What is lost is computed again; it is never wrong.
 */
public final class JournalWriter implements Closeable {
  private final Storage storage;
  private final String directory;
  private final JournalLimits limits;
  private final StorageUse use = StorageUse.begin();

  private StorageOutput segment; // null before the first record and after a segment was closed
  private long segmentBytes;
  private long segmentOpened; // System.nanoTime
  private long unsyncedBytes;
  private long synced; // System.nanoTime
  private boolean closed;

  JournalWriter(Storage storage, String directory, JournalLimits limits) {
    this.storage = storage;
    this.directory = directory;
    this.limits = limits;
  }

  /**
   * Appends a record.
   *
   * @throws IOException if it could not be written; the record may or may not be there then, and
   *     the next one goes to a new segment
   */
  public synchronized void append(String key, byte[] payload) throws IOException {
    if (closed) {
      throw new IllegalStateException("the journal writer is closed");
    }
    byte[] record = SegmentFormat.encode(key, payload);
    try {
      if (segment == null) {
        openSegment();
      }
      segment.write(record);
      segment.flush();
      segmentBytes += record.length;
      unsyncedBytes += record.length;
      syncOrRoll();
    } catch (IOException e) {
      abandonSegment(e);
      throw e;
    }
  }

  private void openSegment() throws IOException {
    segment = storage.create(Journal.segmentPath(directory, UUID.randomUUID().toString()));
    segment.write(SegmentFormat.MAGIC);
    segmentBytes = SegmentFormat.MAGIC.length;
    segmentOpened = System.nanoTime();
    synced = segmentOpened;
    unsyncedBytes = 0;
  }

  private void syncOrRoll() throws IOException {
    long now = System.nanoTime();
    boolean hidden = !segment.outlivesProcess();
    boolean full =
        segmentBytes >= limits.segmentBytes()
            || (hidden && segmentBytes >= limits.hiddenBytes())
            || (hidden && now - segmentOpened >= limits.hiddenTime().toNanos());
    if (full) {
      closeSegment();
    } else if (!hidden
        && (unsyncedBytes >= limits.syncBytes() || now - synced >= limits.syncTime().toNanos())) {
      segment.sync();
      synced = now;
      unsyncedBytes = 0;
    }
  }

  private void closeSegment() throws IOException {
    StorageOutput closing = segment;
    segment = null;
    closing.close();
  }

  /** What comes after a record that was cut off could not be read. */
  private void abandonSegment(IOException cause) {
    if (segment == null) {
      return;
    }
    try {
      closeSegment();
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /** Syncs and closes the segment. */
  @Override
  public synchronized void close() throws IOException {
    closed = true;
    try {
      if (segment != null) {
        closeSegment();
      }
    } finally {
      use.close();
    }
  }
}
