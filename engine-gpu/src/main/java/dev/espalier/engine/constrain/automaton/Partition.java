package dev.espalier.engine.constrain.automaton;

import java.util.Arrays;

/**
 * A partition of {@code 0 … n-1} into sets that are split by marking some of their elements. After
 * Valmari and Lehtinen, 2008.
 */
final class Partition {
  /** How many sets there are. */
  int count;

  /** All elements, set by set; the marked elements of a set come first in it. */
  final int[] elements;

  /** The set of each element. */
  final int[] setOf;

  /** Each set is {@code elements[first … past-1]}. */
  final int[] first;

  final int[] past;

  private final int[] placeOf;
  private final int[] marked;
  private final int[] touched;
  private int touchedCount;

  Partition(int size) {
    elements = new int[size];
    setOf = new int[size];
    first = new int[size];
    past = new int[size];
    placeOf = new int[size];
    marked = new int[size];
    touched = new int[size];
    for (int i = 0; i < size; i++) {
      elements[i] = i;
      placeOf[i] = i;
    }
    if (size > 0) {
      count = 1;
      past[0] = size;
    }
  }

  /** Cuts the only set wherever {@code label}, which is sorted, changes. */
  void cutWhereDifferent(int[] label) {
    if (label.length == 0) {
      return;
    }
    Arrays.fill(past, 0);
    count = 0;
    for (int i = 0; i < label.length; i++) {
      if (i > 0 && label[i] != label[i - 1]) {
        past[count++] = i;
        first[count] = i;
      }
      setOf[i] = count;
    }
    past[count++] = label.length;
  }

  /** Marks {@code element}, which is not marked. */
  void mark(int element) {
    int set = setOf[element];
    int from = placeOf[element];
    int to = first[set] + marked[set];
    if (from < to) {
      return; // marked already
    }
    elements[from] = elements[to];
    placeOf[elements[from]] = from;
    elements[to] = element;
    placeOf[element] = to;
    if (marked[set]++ == 0) {
      touched[touchedCount++] = set;
    }
  }

  /** Splits every set with marks into its marked and its other elements, and clears the marks. */
  void split() {
    while (touchedCount > 0) {
      int set = touched[--touchedCount];
      int middle = first[set] + marked[set];
      if (middle < past[set]) {
        if (marked[set] <= past[set] - middle) {
          first[count] = first[set];
          past[count] = middle;
          first[set] = middle;
        } else {
          first[count] = middle;
          past[count] = past[set];
          past[set] = middle;
        }
        for (int i = first[count]; i < past[count]; i++) {
          setOf[elements[i]] = count;
        }
        count++;
      }
      marked[set] = 0;
    }
  }
}
