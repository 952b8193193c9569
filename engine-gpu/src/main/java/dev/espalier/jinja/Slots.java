package dev.espalier.jinja;

import java.util.HashMap;
import java.util.Map;

/** Gives the local variables of one function (a template, macro or recursive loop) their places. */
final class Slots {
  /**
   * @param hops frames outwards
   * @param index in that frame
   */
  record Place(int hops, int index) {}

  private final Slots outer;
  private final Map<String, Integer> indices = new HashMap<>();

  Slots(Slots outer) {
    this.outer = outer;
  }

  int size() {
    return indices.size();
  }

  int index(String identifier) {
    return indices.computeIfAbsent(identifier, key -> indices.size());
  }

  /** The place of a variable of {@code owner}, seen from here. */
  Place place(Slots owner, String identifier) {
    int hops = 0;
    for (Slots slots = this; slots != owner; slots = slots.outer) {
      hops++;
    }
    return new Place(hops, owner.index(identifier));
  }
}
