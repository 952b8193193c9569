package dev.espalier.engine.constrain.network;

import java.util.Arrays;

/**
 * All places of a network in which a text can be: states that read a byte, each with the frame of
 * its automaton. Immutable.
 */
final class Configuration {
  private final int[] states;
  private final Frame[] frames;
  private final boolean complete;

  /**
   * @param complete whether the text may end here
   */
  Configuration(int[] states, Frame[] frames, boolean complete) {
    this.states = states;
    this.frames = frames;
    this.complete = complete;
  }

  int size() {
    return states.length;
  }

  int state(int index) {
    return states[index];
  }

  Frame frame(int index) {
    return frames[index];
  }

  boolean isComplete() {
    return complete;
  }

  /** The same places: equal states in the very same frames, in the same order. */
  @Override
  public boolean equals(Object object) {
    return object instanceof Configuration other
        && complete == other.complete
        && Arrays.equals(states, other.states)
        && Arrays.equals(frames, other.frames); // frames are compared by identity
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(states) + Arrays.hashCode(frames);
  }
}
