package dev.espalier.pipeline;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import org.apache.beam.sdk.coders.Coder;

/**
 * Sorts values by key in bounded memory: what does not fit is sorted in parts, written to temporary
 * files and merged. Equal keys come together in no order. Used by one thread; close it to delete
 * the files.
 */
final class SpillingSorter<K, V> implements AutoCloseable {
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

  /** A sorted source of entries and the entry at its head. */
  private static final class Head<K> {
    final Iterator<Entry<K>> source;
    Entry<K> entry;

    Head(Iterator<Entry<K>> source) {
      this.source = source;
      this.entry = source.next();
    }
  }

  private final Comparator<K> order;
  private final Coder<K> keyCoder;
  private final Coder<V> valueCoder;
  private final long memoryBytes;
  private final List<Entry<K>> buffer = new ArrayList<>();
  private final List<Path> files = new ArrayList<>();
  private final List<InputStream> opened = new ArrayList<>();
  private long bufferBytes;

  SpillingSorter(Comparator<K> order, Coder<K> keyCoder, Coder<V> valueCoder, long memoryBytes) {
    this.order = order;
    this.keyCoder = keyCoder;
    this.valueCoder = valueCoder;
    this.memoryBytes = memoryBytes;
  }

  void add(K key, V value) throws IOException {
    byte[] bytes = encode(valueCoder, value);
    buffer.add(new Entry<>(key, bytes));
    bufferBytes += FIXED_BYTES + (long) KEY_EXPANSION * encode(keyCoder, key).length + bytes.length;
    if (bufferBytes > memoryBytes) {
      spill();
    }
  }

  /** How many sorted parts are on disk. */
  int spilledParts() {
    return files.size();
  }

  private void spill() throws IOException {
    buffer.sort(Comparator.comparing(entry -> entry.key, order));
    Path file = Files.createTempFile("espalier-", ".sorted");
    files.add(file);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      Encoding.writeCount(buffer.size(), out);
      for (Entry<K> entry : buffer) {
        keyCoder.encode(entry.key, out);
        Encoding.writeBytes(entry.value, out);
      }
    }
    buffer.clear();
    bufferBytes = 0;
  }

  /** All entries in order. Called once, after the last {@link #add}; valid until {@link #close}. */
  Iterator<Map.Entry<K, V>> sorted() throws IOException {
    buffer.sort(Comparator.comparing(entry -> entry.key, order));
    PriorityQueue<Head<K>> heads =
        new PriorityQueue<>(Comparator.comparing(head -> head.entry.key, order));
    if (!buffer.isEmpty()) {
      heads.add(new Head<>(buffer.iterator()));
    }
    for (Path file : files) {
      heads.add(new Head<>(read(file)));
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

  private Iterator<Entry<K>> read(Path file) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file));
    opened.add(in);
    int count = Encoding.readCount(in);
    return new Iterator<>() {
      private int read;

      @Override
      public boolean hasNext() {
        return read < count;
      }

      @Override
      public Entry<K> next() {
        if (read == count) {
          throw new NoSuchElementException();
        }
        read++;
        try {
          return new Entry<>(keyCoder.decode(in), Encoding.readBytes(in));
        } catch (IOException e) {
          throw new UncheckedIOException("row " + read + " of " + file + ": " + e.getMessage(), e);
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
    buffer.clear();
    for (InputStream in : opened) {
      in.close();
    }
    for (Path file : files) {
      Files.deleteIfExists(file);
    }
  }
}
