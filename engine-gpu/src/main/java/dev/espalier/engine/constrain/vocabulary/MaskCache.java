package dev.espalier.engine.constrain.vocabulary;

import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Keeps what was computed about the tokens at places of constraints and used last, up to a number
 * of bytes. Thread-safe; two threads that miss the same entry at the same time both compute it.
 */
public final class MaskCache {
  private final long maxBytes;
  private final Map<Key, Entry> entries = new LinkedHashMap<>(64, 0.75f, true);
  private long bytes;

  /** What is kept. */
  public interface Entry {
    long sizeInBytes();
  }

  /**
   * @param constraint compared by identity
   */
  @SuppressWarnings("ArrayRecordComponent") // equals and hashCode look inside
  private record Key(Object constraint, int[] place) {
    @Override
    public boolean equals(Object object) {
      return object instanceof Key other
          && constraint == other.constraint
          && Arrays.equals(place, other.place);
    }

    @Override
    public int hashCode() {
      return 31 * System.identityHashCode(constraint) + Arrays.hashCode(place);
    }
  }

  public MaskCache(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * The entry of a place of a constraint.
   *
   * @param place not changed afterwards
   * @param compute always gives an entry of the same type for the same constraint
   */
  @SuppressWarnings("unchecked") // the constraint always stores one type
  public <E extends Entry> E get(Object constraint, int[] place, Supplier<E> compute) {
    Key key = new Key(constraint, place);
    synchronized (entries) {
      Entry known = entries.get(key);
      if (known != null) {
        return (E) known;
      }
    }
    E computed = compute.get();
    synchronized (entries) {
      Entry before = entries.put(key, computed);
      bytes += computed.sizeInBytes() - (before == null ? 0 : before.sizeInBytes());
      Iterator<Entry> oldest = entries.values().iterator();
      while (bytes > maxBytes && entries.size() > 1) {
        bytes -= oldest.next().sizeInBytes();
        oldest.remove();
      }
    }
    return computed;
  }
}
