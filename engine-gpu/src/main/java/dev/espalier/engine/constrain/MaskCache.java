package dev.espalier.engine.constrain;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Keeps the masks that were used last. Thread-safe; two threads that miss the same mask at the same
 * time both compute it.
 */
final class MaskCache {
  private final int capacity;
  private final Map<Key, Mask> masks = new LinkedHashMap<>(64, 0.75f, true);

  /**
   * @param automaton compared by identity
   */
  private record Key(Object automaton, int state) {
    @Override
    public boolean equals(Object object) {
      return object instanceof Key other && automaton == other.automaton && state == other.state;
    }

    @Override
    public int hashCode() {
      return 31 * System.identityHashCode(automaton) + state;
    }
  }

  /**
   * @param capacity how many masks are kept at most
   */
  MaskCache(int capacity) {
    this.capacity = capacity;
  }

  Mask get(Object automaton, int state, Supplier<Mask> compute) {
    Key key = new Key(automaton, state);
    synchronized (masks) {
      Mask known = masks.get(key);
      if (known != null) {
        return known;
      }
    }
    Mask computed = compute.get();
    synchronized (masks) {
      masks.put(key, computed);
      if (masks.size() > capacity) {
        masks.remove(masks.keySet().iterator().next());
      }
    }
    return computed;
  }
}
