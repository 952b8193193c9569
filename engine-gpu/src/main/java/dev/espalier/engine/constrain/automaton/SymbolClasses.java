package dev.espalier.engine.constrain.automaton;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A partition of some symbols into classes that an automaton cannot tell apart. Symbols outside of
 * every class are read by no edge. Immutable.
 */
final class SymbolClasses {
  static final SymbolClasses NONE = new SymbolClasses(new int[0], new int[0], List.of());

  /** First symbols of intervals, ascending; an interval ends before the next one begins. */
  private final int[] starts;

  /** The class of each interval, or -1. */
  private final int[] classes;

  private final List<SymbolSet> members;

  private SymbolClasses(int[] starts, int[] classes, List<SymbolSet> members) {
    this.starts = starts;
    this.classes = classes;
    this.members = members;
  }

  /** A partition, and for each of {@code sets} the classes that make it up. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Refinement(SymbolClasses classes, int[][] classesOfSet) {}

  /** The coarsest partition in which every one of {@code sets} is a union of classes. */
  static Refinement refine(List<SymbolSet> sets, CompilationBudget budget) {
    int eventCount = 0;
    for (SymbolSet set : sets) {
      eventCount += 2 * set.rangeCount();
    }
    long[] events = new long[eventCount];
    int filled = 0;
    for (int i = 0; i < sets.size(); i++) {
      SymbolSet set = sets.get(i);
      for (int range = 0; range < set.rangeCount(); range++) {
        events[filled++] = ((long) set.first(range) << 32) | i;
        events[filled++] = (((long) set.last(range) + 1) << 32) | i;
      }
    }
    Arrays.sort(events);
    int[] starts = new int[eventCount];
    int[] classes = new int[eventCount];
    int intervals = 0;
    BitSet inside = new BitSet(sets.size());
    Map<BitSet, Integer> classOfMembership = new HashMap<>();
    List<BitSet> memberships = new ArrayList<>();
    for (int i = 0; i < events.length; ) {
      int symbol = (int) (events[i] >>> 32);
      for (; i < events.length && (int) (events[i] >>> 32) == symbol; i++) {
        inside.flip((int) events[i]);
      }
      budget.spend(1 + sets.size() / 32); // the set that is looked up has so many words
      int symbolClass = -1;
      if (!inside.isEmpty()) {
        Integer known = classOfMembership.get(inside);
        if (known == null) {
          known = memberships.size();
          BitSet membership = (BitSet) inside.clone();
          classOfMembership.put(membership, known);
          memberships.add(membership);
        }
        symbolClass = known;
      }
      starts[intervals] = symbol;
      classes[intervals++] = symbolClass;
    }
    budget.spend((long) sets.size() * memberships.size() / 4);
    SymbolClasses partition =
        of(Arrays.copyOf(starts, intervals), Arrays.copyOf(classes, intervals), memberships.size());
    return new Refinement(partition, classesOfSets(sets.size(), memberships));
  }

  private static int[][] classesOfSets(int sets, List<BitSet> memberships) {
    int[][] classesOfSet = new int[sets][];
    for (int set = 0; set < sets; set++) {
      int[] found = new int[memberships.size()];
      int size = 0;
      for (int symbolClass = 0; symbolClass < found.length; symbolClass++) {
        if (memberships.get(symbolClass).get(set)) {
          found[size++] = symbolClass;
        }
      }
      classesOfSet[set] = Arrays.copyOf(found, size);
    }
    return classesOfSet;
  }

  private static SymbolClasses of(int[] starts, int[] classes, int classCount) {
    List<List<SymbolSet>> parts = new ArrayList<>();
    for (int i = 0; i < classCount; i++) {
      parts.add(new ArrayList<>());
    }
    for (int i = 0; i < starts.length; i++) {
      if (classes[i] >= 0) {
        parts.get(classes[i]).add(SymbolSet.range(starts[i], starts[i + 1] - 1));
      }
    }
    return new SymbolClasses(starts, classes, parts.stream().map(SymbolSet::union).toList());
  }

  /** The same partition with class {@code c} renamed {@code names[c]}; -1 drops, equal joins. */
  SymbolClasses rename(int[] names, int classCount) {
    int[] renamed = new int[classes.length];
    for (int i = 0; i < classes.length; i++) {
      renamed[i] = classes[i] < 0 ? -1 : names[classes[i]];
    }
    return of(starts, renamed, classCount);
  }

  int count() {
    return members.size();
  }

  SymbolSet symbols(int symbolClass) {
    return members.get(symbolClass);
  }

  List<SymbolSet> all() {
    return members;
  }

  /** The class of {@code symbol}, or -1. */
  int classOf(int symbol) {
    int place = Arrays.binarySearch(starts, symbol);
    int interval = place >= 0 ? place : -place - 2;
    return interval < 0 ? -1 : classes[interval];
  }
}
