package dev.espalier.engine.constrain.network;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes frames with the same callers the same frame, so that a loop in a network leads back to the
 * same configuration. Frames that call themselves stay as they are. Not thread-safe.
 */
final class FramePool {
  private final Map<Integer, List<Frame>> byHash = new HashMap<>();

  /**
   * Replaces in the first {@code count} of {@code frames} each of {@code made}, the frames made at
   * one place in the order in which they were first called, by one that is known.
   */
  void share(List<Frame> made, Frame[] frames, int count) {
    if (made.isEmpty()) {
      return;
    }
    IdentityHashMap<Frame, Frame> shared = new IdentityHashMap<>();
    Set<Frame> unshared = Collections.newSetFromMap(new IdentityHashMap<>());
    unshared.addAll(made);
    for (Frame frame : made) {
      boolean ready = true;
      for (int i = 0; i < frame.size(); i++) {
        Frame caller = frame.caller(i);
        if (shared.containsKey(caller)) {
          frame.replaceCaller(i, shared.get(caller));
        } else if (unshared.contains(caller)) {
          ready = false;
        }
      }
      shared.put(frame, ready ? known(frame) : frame);
      unshared.remove(frame);
    }
    for (int i = 0; i < count; i++) {
      frames[i] = shared.getOrDefault(frames[i], frames[i]);
    }
  }

  private Frame known(Frame frame) {
    List<Frame> candidates = byHash.computeIfAbsent(frame.callersHash(), h -> new ArrayList<>(1));
    for (Frame candidate : candidates) {
      if (candidate.hasCallersOf(frame)) {
        return candidate;
      }
    }
    candidates.add(frame);
    return frame;
  }
}
