package dev.espalier.engine.constrain.automaton;

import java.util.Arrays;

/** A growing array. */
final class IntBag {
  private int[] items = new int[4];
  private int size;

  void add(int item) {
    if (size == items.length) {
      items = Arrays.copyOf(items, 2 * size);
    }
    items[size++] = item;
  }

  void clear() {
    size = 0;
  }

  int size() {
    return size;
  }

  /** The array itself: its first {@link #size} items, and room after them. */
  int[] items() {
    return items;
  }

  int[] toArray() {
    return Arrays.copyOf(items, size);
  }
}
