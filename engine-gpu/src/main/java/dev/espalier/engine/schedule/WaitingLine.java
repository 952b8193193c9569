package dev.espalier.engine.schedule;

import dev.espalier.engine.cache.PrefixCache;
import dev.espalier.engine.cache.PrefixMatch;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The sequences that hold no pages, senior first. One whose beginning another is computing right
 * now stands aside until that is done. What they begin with is announced to the cache, so that it
 * is not evicted before what nobody waits for.
 */
final class WaitingLine {
  private final PrefixCache cache;
  private final TreeSet<Sequence> line = new TreeSet<>(Sequence.SENIOR_FIRST);
  private final Set<Sequence> aside = new LinkedHashSet<>();

  WaitingLine(PrefixCache cache) {
    this.cache = cache;
  }

  void add(Sequence sequence) {
    sequence.expected = cache.expect(sequence.opening());
    line.add(sequence);
  }

  /** The sequence whose turn it is, or null if there is none. */
  Sequence first() {
    return line.isEmpty() ? null : line.first();
  }

  /** Takes a sequence out; false if it is not here. */
  boolean remove(Sequence sequence) {
    boolean found = line.remove(sequence) || aside.remove(sequence);
    if (found) {
      cache.withdraw(sequence.expected);
      sequence.expected = null;
    }
    return found;
  }

  /** Lets others pass until what blocks {@code match} is computed or given up. */
  void standAside(Sequence sequence, PrefixMatch match) {
    line.remove(sequence);
    aside.add(sequence);
    match.whenUnblocked(
        () -> {
          if (aside.remove(sequence)) {
            line.add(sequence);
          }
        });
  }

  boolean isEmpty() {
    return line.isEmpty() && aside.isEmpty();
  }

  int size() {
    return line.size() + aside.size();
  }

  List<Sequence> all() {
    List<Sequence> all = new ArrayList<>(line);
    all.addAll(aside);
    return all;
  }
}
