package dev.espalier.io.table;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * Sorts entries by the unsigned bytes of their keys in bounded memory: full buffers are sorted and
 * written to a local file as runs, and the runs are merged. Not thread-safe.
 */
final class ExternalSorter implements Closeable {
  private static final int ENTRY_OVERHEAD_BYTES = 64;
  private static final Comparator<Entry> BY_KEY =
      (a, b) -> Arrays.compareUnsigned(a.key(), b.key());

  private final long memoryBytes;
  private final List<Long> runStarts = new ArrayList<>();
  private List<Entry> buffer = new ArrayList<>();
  private long bufferedBytes;
  private FileChannel spill; // null until the first run

  /** What is sorted. */
  static final class Entry {
    private final byte[] key;
    private final byte[] value;

    Entry(byte[] key, byte[] value) {
      this.key = key;
      this.value = value;
    }

    byte[] key() {
      return key;
    }

    byte[] value() {
      return value;
    }
  }

  /** The entries in order, one after the other. */
  interface Sorted {
    Optional<Entry> next() throws IOException;
  }

  /**
   * @param memoryBytes of keys and values to hold before a run is written
   */
  ExternalSorter(long memoryBytes) {
    this.memoryBytes = memoryBytes;
  }

  void add(byte[] key, byte[] value) throws IOException {
    buffer.add(new Entry(key, value));
    bufferedBytes += key.length + value.length + ENTRY_OVERHEAD_BYTES;
    if (bufferedBytes >= memoryBytes) {
      writeRun();
    }
  }

  /** All entries; nothing can be added any more. Valid until this sorter is closed. */
  Sorted sorted() throws IOException {
    if (runStarts.isEmpty()) {
      buffer.sort(BY_KEY);
      var entries = buffer.iterator();
      return () -> entries.hasNext() ? Optional.of(entries.next()) : Optional.empty();
    }
    writeRun();
    return new Merge();
  }

  private void writeRun() throws IOException {
    if (buffer.isEmpty()) {
      return;
    }
    if (spill == null) {
      Path file = Files.createTempFile("espalier-sort-", ".run");
      // On POSIX the name is gone at once, so that a killed process leaves no file.
      spill =
          FileChannel.open(
              file,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE);
    }
    buffer.sort(BY_KEY);
    runStarts.add(spill.size());
    spill.position(spill.size());
    DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(spill), 1 << 16));
    for (Entry entry : buffer) {
      out.writeInt(entry.key().length);
      out.writeInt(entry.value().length);
      out.write(entry.key());
      out.write(entry.value());
    }
    out.flush();
    buffer = new ArrayList<>();
    bufferedBytes = 0;
  }

  @Override
  public void close() throws IOException {
    buffer = new ArrayList<>();
    if (spill != null) {
      spill.close();
    }
  }

  private final class Merge implements Sorted {
    private final PriorityQueue<Run> runs =
        new PriorityQueue<>((a, b) -> BY_KEY.compare(a.head, b.head));

    Merge() throws IOException {
      for (int i = 0; i < runStarts.size(); i++) {
        long end = i + 1 < runStarts.size() ? runStarts.get(i + 1) : spill.size();
        Run run = new Run(new RangeInput(spill, runStarts.get(i), end));
        if (run.advance()) {
          runs.add(run);
        }
      }
    }

    @Override
    public Optional<Entry> next() throws IOException {
      Run run = runs.poll();
      if (run == null) {
        return Optional.empty();
      }
      Entry entry = run.head;
      if (run.advance()) {
        runs.add(run);
      }
      return Optional.of(entry);
    }
  }

  private static final class Run {
    private final RangeInput range;
    private final DataInputStream in;
    private Entry head;

    Run(RangeInput range) {
      this.range = range;
      this.in = new DataInputStream(new BufferedInputStream(range, 1 << 16));
    }

    boolean advance() throws IOException {
      if (range.isAtEnd() && in.available() == 0) {
        return false;
      }
      byte[] key = new byte[in.readInt()];
      byte[] value = new byte[in.readInt()];
      in.readFully(key);
      in.readFully(value);
      head = new Entry(key, value);
      return true;
    }
  }

  /** A part of a file, read without moving the file's own position. */
  private static final class RangeInput extends InputStream {
    private final FileChannel channel;
    private final long end;
    private long position;

    RangeInput(FileChannel channel, long start, long end) {
      this.channel = channel;
      this.position = start;
      this.end = end;
    }

    boolean isAtEnd() {
      return position >= end;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (isAtEnd()) {
        return -1;
      }
      int wanted = (int) Math.min(length, end - position);
      int got = channel.read(ByteBuffer.wrap(bytes, offset, wanted), position);
      position += Math.max(0, got);
      return got;
    }
  }
}
