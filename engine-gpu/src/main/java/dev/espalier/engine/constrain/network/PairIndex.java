package dev.espalier.engine.constrain.network;

/** Which pairs of a state and a frame a list of such pairs has. Few are looked for one by one. */
final class PairIndex {
  private static final int FEW = 12;

  /**
   * Indices into the list, from 1; open addressing, at most half full. Null while there are few.
   */
  private int[] table;

  /**
   * Whether the pair is new, and so to be put at the end of the list by the caller.
   *
   * @param states the list, with {@code frames}
   * @param size of the list
   */
  boolean add(int state, Frame frame, int[] states, Frame[] frames, int size) {
    if (size < FEW) {
      for (int i = 0; i < size; i++) {
        if (states[i] == state && frames[i] == frame) {
          return false;
        }
      }
      return true;
    }
    if (table == null || 2 * size >= table.length) {
      table = new int[Integer.highestOneBit(size) * 8];
      for (int i = 0; i < size; i++) {
        table[slot(states[i], frames[i], states, frames)] = i + 1;
      }
    }
    int slot = slot(state, frame, states, frames);
    if (table[slot] != 0) {
      return false;
    }
    table[slot] = size + 1;
    return true;
  }

  /** Where the pair is, or would be. */
  private int slot(int state, Frame frame, int[] states, Frame[] frames) {
    int hash = (31 * state + System.identityHashCode(frame)) * 0x9E3779B9;
    int slot = hash >>> Integer.numberOfLeadingZeros(table.length - 1);
    while (table[slot] != 0
        && (states[table[slot] - 1] != state || frames[table[slot] - 1] != frame)) {
      slot = (slot + 1) & (table.length - 1);
    }
    return slot;
  }
}
