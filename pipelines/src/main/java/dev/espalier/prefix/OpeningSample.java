package dev.espalier.prefix;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * A sample of bounded memory: in the order of a hash of their ids, the longest run of openings from
 * the start whose weights fit the budget. It depends on the openings alone, not on their order or
 * on how parts were merged. Not thread-safe.
 */
final class OpeningSample {
  /** An opening and its place in the sampling order. */
  private record Drawn(long hash, Opening opening) implements Comparable<Drawn> {
    private static final Comparator<Drawn> ORDER =
        Comparator.comparingLong(Drawn::hash)
            .thenComparing(drawn -> drawn.opening.rowId())
            .thenComparing(Drawn::opening);

    @Override
    public int compareTo(Drawn other) {
      return ORDER.compare(this, other);
    }
  }

  /** Weight of an opening beside its tokens, in tokens: its objects and its id. */
  private static final int FIXED_WEIGHT = 32;

  private final long budget;
  private final PriorityQueue<Drawn> drawn = new PriorityQueue<>(Collections.reverseOrder());
  private long weight;
  private Drawn firstDropped;

  /**
   * @param budget most weight, in tokens
   */
  OpeningSample(long budget) {
    this.budget = budget;
  }

  void add(Opening opening) {
    add(new Drawn(StableHash.of(opening.rowId()), opening));
  }

  private void add(Drawn candidate) {
    if (firstDropped != null && candidate.compareTo(firstDropped) >= 0) {
      return;
    }
    drawn.add(candidate);
    weight += weightOf(candidate);
    while (weight > budget) {
      firstDropped = drawn.remove();
      weight -= weightOf(firstDropped);
    }
  }

  /** Adds what {@code other} drew and dropped. */
  void merge(OpeningSample other) {
    if (other.firstDropped != null) {
      dropFrom(other.firstDropped);
    }
    other.drawn.forEach(this::add);
  }

  /** Records that {@code opening}, and all that follow it in the sampling order, are not here. */
  void dropFrom(Opening opening) {
    dropFrom(new Drawn(StableHash.of(opening.rowId()), opening));
  }

  private void dropFrom(Drawn border) {
    if (firstDropped == null || border.compareTo(firstDropped) < 0) {
      firstDropped = border;
    }
    while (!drawn.isEmpty() && drawn.element().compareTo(firstDropped) >= 0) {
      weight -= weightOf(drawn.remove());
    }
  }

  long budget() {
    return budget;
  }

  /** Whether every opening added is in the sample. */
  boolean isComplete() {
    return firstDropped == null;
  }

  /** The first opening, in sampling order, that is not in the sample. */
  Optional<Opening> firstDropped() {
    return Optional.ofNullable(firstDropped).map(Drawn::opening);
  }

  /** The sample in prefix order. */
  List<Opening> sorted() {
    List<Opening> openings = new ArrayList<>(drawn.size());
    drawn.forEach(entry -> openings.add(entry.opening));
    Collections.sort(openings);
    return openings;
  }

  private static long weightOf(Drawn drawn) {
    Opening opening = drawn.opening;
    return (long) FIXED_WEIGHT + opening.tokens().length() + opening.rowId().length() / 2;
  }
}
