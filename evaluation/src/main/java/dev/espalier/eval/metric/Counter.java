package dev.espalier.eval.metric;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How often each item occurs. */
final class Counter {
  private final Map<Object, Integer> counts = new HashMap<>();
  private int total;

  void add(Object item) {
    counts.merge(item, 1, Integer::sum);
    total++;
  }

  int total() {
    return total;
  }

  boolean isEmpty() {
    return counts.isEmpty();
  }

  /** Keeps of each item the larger count. */
  void raiseTo(Counter other) {
    other.counts.forEach((item, count) -> counts.merge(item, count, Math::max));
  }

  /** How many items both have, counted as often as in the one that has fewer. */
  int shared(Counter other) {
    int shared = 0;
    for (Map.Entry<Object, Integer> entry : counts.entrySet()) {
      shared += Math.min(entry.getValue(), other.counts.getOrDefault(entry.getKey(), 0));
    }
    return shared;
  }

  /** All runs of {@code length} words. */
  static Counter ofWords(List<String> words, int length) {
    Counter counter = new Counter();
    for (int i = 0; i + length <= words.size(); i++) {
      counter.add(List.copyOf(words.subList(i, i + length)));
    }
    return counter;
  }

  /** All runs of {@code length} characters (code points). */
  static Counter ofCharacters(int[] characters, int length) {
    Counter counter = new Counter();
    for (int i = 0; i + length <= characters.length; i++) {
      counter.add(new String(characters, i, length));
    }
    return counter;
  }
}
