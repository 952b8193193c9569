package dev.espalier.row;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import org.apache.beam.sdk.coders.Coder;

/**
 * Sorts values by key in bounded memory: what does not fit is sorted in runs, written to one local
 * file and merged. Equal keys come together in no order. Used by one thread; close it to give the
 * file's room back.
 */
public final class ExternalSorter<K, V> implements Closeable {
  private static final int BUFFER_BYTES = 1 << 16;

  /** Memory of an entry beside its key and value: objects and references. */
  private static final int FIXED_BYTES = 120;

  /**
   * Most memory of a key for a byte of its encoding: a small token is one byte, an int has four.
   */
  private static final int KEY_EXPANSION = 4;

  /** A key and its value, encoded. */
  private static final class Entry<K> {
    final K key;
    final byte[] value;

    Entry(K key, byte[] value) {
      this.key = key;
      this.value = value;
    }
  }

  /** A sorted part of the file. */
  private record Run(long start, long end, int entries) {}

  /** A sorted source of entries and the entry at its head. */
  private static final class Head<K> {
    final Iterator<Entry<K>> source;
    Entry<K> entry;

    Head(Iterator<Entry<K>> source) {
      this.source = source;
      this.entry = source.next();
    }
  }

  private final Comparator<? super K> order;
  private final Coder<K> keyCoder;
  private final Coder<V> valueCoder;
  private final long memoryBytes;
  private final List<Run> runs = new ArrayList<>();
  private List<Entry<K>> buffer = new ArrayList<>();
  private long bufferBytes;
  private FileChannel file; // null until the first run

  /**
   * @param memoryBytes of keys and values, as far as that can be estimated, before a run is written
   */
  public ExternalSorter(
      Comparator<? super K> order, Coder<K> keyCoder, Coder<V> valueCoder, long memoryBytes) {
    this.order = order;
    this.keyCoder = keyCoder;
    this.valueCoder = valueCoder;
    this.memoryBytes = memoryBytes;
  }

  public void add(K key, V value) throws IOException {
    byte[] bytes = encode(valueCoder, value);
    buffer.add(new Entry<>(key, bytes));
    bufferBytes += FIXED_BYTES + (long) KEY_EXPANSION * encode(keyCoder, key).length + bytes.length;
    if (bufferBytes > memoryBytes) {
      writeRun();
    }
  }

  /** How many sorted runs are in the file. */
  public int runs() {
    return runs.size();
  }

  private void writeRun() throws IOException {
    if (file == null) {
      Path path = Files.createTempFile("espalier-", ".sorted");
      // On POSIX the name is gone at once, so that a killed process leaves no file.
      file =
          FileChannel.open(
              path,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE);
    }
    buffer.sort(Comparator.comparing(entry -> entry.key, order));
    long start = file.size();
    file.position(start);
    OutputStream out = new BufferedOutputStream(Channels.newOutputStream(file), BUFFER_BYTES);
    for (Entry<K> entry : buffer) {
      keyCoder.encode(entry.key, out);
      Encoding.writeBytes(entry.value, out);
    }
    out.flush();
    runs.add(new Run(start, file.size(), buffer.size()));
    buffer = new ArrayList<>();
    bufferBytes = 0;
  }

  /** All entries in order. Called once, after the last {@link #add}; valid until {@link #close}. */
  public Iterator<Map.Entry<K, V>> sorted() {
    buffer.sort(Comparator.comparing(entry -> entry.key, order));
    PriorityQueue<Head<K>> heads =
        new PriorityQueue<>(Comparator.comparing(head -> head.entry.key, order));
    if (!buffer.isEmpty()) {
      heads.add(new Head<>(buffer.iterator()));
    }
    for (Run run : runs) {
      heads.add(new Head<>(read(run)));
    }
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return !heads.isEmpty();
      }

      @Override
      public Map.Entry<K, V> next() {
        if (heads.isEmpty()) {
          throw new NoSuchElementException();
        }
        Head<K> head = heads.remove();
        Entry<K> entry = head.entry;
        if (head.source.hasNext()) {
          head.entry = head.source.next();
          heads.add(head);
        }
        try {
          V value = valueCoder.decode(new ByteArrayInputStream(entry.value));
          return Map.entry(entry.key, value);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }

  private Iterator<Entry<K>> read(Run run) {
    InputStream in = new BufferedInputStream(new RunInput(file, run), BUFFER_BYTES);
    return new Iterator<>() {
      private int read;

      @Override
      public boolean hasNext() {
        return read < run.entries();
      }

      @Override
      public Entry<K> next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        read++;
        try {
          return new Entry<>(keyCoder.decode(in), Encoding.readBytes(in));
        } catch (IOException e) {
          throw new UncheckedIOException("entry " + read + " of a sorted run", e);
        }
      }
    };
  }

  private static <T> byte[] encode(Coder<T> coder, T value) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    coder.encode(value, bytes);
    return bytes.toByteArray();
  }

  @Override
  public void close() throws IOException {
    buffer = new ArrayList<>();
    if (file != null) {
      file.close();
    }
  }

  /** A run, read without moving the file's own position. */
  private static final class RunInput extends InputStream {
    private final FileChannel file;
    private final long end;
    private long position;

    RunInput(FileChannel file, Run run) {
      this.file = file;
      this.position = run.start();
      this.end = run.end();
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (position >= end) {
        return -1;
      }
      int wanted = (int) Math.min(length, end - position);
      int got = file.read(ByteBuffer.wrap(bytes, offset, wanted), position);
      position += Math.max(0, got);
      return got;
    }
  }
}
