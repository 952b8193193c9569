package dev.espalier.engine.constrain.network;

import java.util.Arrays;

/**
 * A call under way, shared by all callers at one place of the text: to which states, and in which
 * frames, its callers go on when it ends. A node of a graph-structured stack (Tomita, "Efficient
 * parsing for natural language", 1985). Changes while its place is being worked on, and never
 * after.
 */
final class Frame {
  /** The frame of the first automaton: nobody called it. */
  static final Frame BASE = new Frame();

  private int[] returns = new int[1];
  private Frame[] callers = new Frame[1];
  private int size;
  private boolean open = true;
  private PairIndex known = new PairIndex(); // while open

  static {
    BASE.open = false;
  }

  int size() {
    return size;
  }

  /** The state to go on with for caller {@code index}. */
  int returnState(int index) {
    return returns[index];
  }

  Frame caller(int index) {
    return callers[index];
  }

  /** Whether callers may still be added. */
  boolean isOpen() {
    return open;
  }

  void addCaller(int returnState, Frame caller) {
    if (!known.add(returnState, caller, returns, callers, size)) {
      return;
    }
    if (size == returns.length) {
      returns = Arrays.copyOf(returns, 2 * size);
      callers = Arrays.copyOf(callers, 2 * size);
    }
    returns[size] = returnState;
    callers[size++] = caller;
  }

  void replaceCaller(int index, Frame caller) {
    callers[index] = caller;
  }

  void close() {
    open = false;
    known = null;
  }

  /** Whether the callers are the very same ones, in the same order. */
  boolean hasCallersOf(Frame other) {
    return size == other.size
        && Arrays.equals(returns, 0, size, other.returns, 0, size)
        && Arrays.equals(callers, 0, size, other.callers, 0, size, (a, b) -> a == b ? 0 : 1);
  }

  int callersHash() {
    int hash = size;
    for (int i = 0; i < size; i++) {
      hash = 31 * (31 * hash + returns[i]) + System.identityHashCode(callers[i]);
    }
    return hash;
  }
}
