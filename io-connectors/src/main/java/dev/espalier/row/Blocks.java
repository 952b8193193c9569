package dev.espalier.row;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Collects records by key, and hands them on in lists: a list costs a runner what a record does.
 * Not thread-safe.
 */
public final class Blocks<K, R> {
  /** Held at most, with one record more. */
  private static final long BYTES = 1L << 20;

  private final Map<K, List<R>> blocks = new LinkedHashMap<>();
  private long bytes;

  /** Gets the records of a key. */
  @FunctionalInterface
  public interface Sink<K, R> {
    void accept(K key, List<R> records);
  }

  /**
   * @param size of the record in bytes
   * @param full gets what is held when it is much
   */
  public void add(K key, R record, long size, Sink<K, R> full) {
    blocks.computeIfAbsent(key, none -> new ArrayList<>()).add(record);
    bytes += size;
    if (bytes >= BYTES) {
      handOn(full);
    }
  }

  /** Hands on all that is held. */
  public void handOn(Sink<K, R> last) {
    blocks.forEach(last::accept);
    blocks.clear();
    bytes = 0;
  }
}
