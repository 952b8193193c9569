package dev.espalier.engine.constrain.automaton;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The subset construction, for one automaton. */
final class Determinizer {
  /** Members of all subsets together, of four bytes each. */
  private static final int MAX_MEMBERS = 4_000_000;

  private final Nfa nfa;
  private final CompilationBudget budget;
  private final SymbolClasses.Refinement refinement;
  private final int classCount;

  /** Scratch of the closure: the states found, and the round in which each was found last. */
  private int[] found;

  private final int[] foundInRound;
  private int round;

  private int members;
  private int edges;

  private final Map<Subset, Integer> indexOf = new HashMap<>();
  private final List<int[]> subsets = new ArrayList<>();
  private int[] table;
  private boolean[] accepting = new boolean[16];

  Determinizer(Nfa nfa, CompilationBudget budget) {
    this.nfa = nfa;
    this.budget = budget;
    this.refinement = SymbolClasses.refine(nfa.labels(), budget);
    this.classCount = refinement.classes().count();
    this.found = new int[64];
    this.foundInRound = new int[nfa.stateCount()];
    this.table = new int[16 * classCount];
  }

  /** A set of states, compared by its members. */
  @SuppressWarnings("ArrayRecordComponent") // equals and hashCode look inside
  private record Subset(int[] states) {
    @Override
    public boolean equals(Object object) {
      return object instanceof Subset other && Arrays.equals(states, other.states);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(states);
    }
  }

  Dfa run() {
    // The start is never a subset that is met later: edges at the start can be taken only here.
    int[] start = closure(new int[] {0}, 1, true, false);
    add(start, acceptsAtEnd(start, true));
    IntBag[] targets = new IntBag[classCount];
    for (int c = 0; c < classCount; c++) {
      targets[c] = new IntBag();
    }
    for (int state = 0; state < subsets.size(); state++) {
      for (int member : subsets.get(state)) {
        for (int edge = nfa.firstEdge(member); edge >= 0; edge = nfa.nextEdge(edge)) {
          if (nfa.label(edge) >= 0) {
            budget.spend(1 + refinement.classesOfSet()[nfa.label(edge)].length);
            for (int c : refinement.classesOfSet()[nfa.label(edge)]) {
              targets[c].add(nfa.target(edge));
            }
          }
        }
      }
      budget.spend(classCount);
      for (int c = 0; c < classCount; c++) {
        int next = -1;
        if (targets[c].size() > 0) {
          if (++edges > Dfa.MAX_EDGES) {
            throw new AutomatonLimitException("more than " + Dfa.MAX_EDGES + " edges");
          }
          int[] subset = closure(targets[c].items(), targets[c].size(), false, false);
          Integer known = indexOf.get(new Subset(subset));
          next = known != null ? known : add(subset, acceptsAtEnd(subset, false));
          if (known == null) {
            indexOf.put(new Subset(subset), next);
          }
          targets[c].clear();
        }
        table[state * classCount + c] = next;
      }
    }
    return new Dfa(
        refinement.classes(),
        Arrays.copyOf(table, subsets.size() * classCount),
        Arrays.copyOf(accepting, subsets.size()));
  }

  private int add(int[] subset, boolean accepts) {
    int state = subsets.size();
    if (state == Dfa.MAX_STATES) {
      throw new AutomatonLimitException("more than " + Dfa.MAX_STATES + " states");
    }
    if (state == accepting.length) {
      accepting = Arrays.copyOf(accepting, 2 * state);
      table = Arrays.copyOf(table, 2 * state * classCount);
    }
    members += subset.length;
    if ((long) (state + 1) * classCount > Dfa.MAX_CELLS) {
      throw new AutomatonLimitException(
          "more than " + state + " states over " + classCount + " kinds of symbols");
    }
    if (members > MAX_MEMBERS) {
      throw new AutomatonLimitException(
          "more than " + MAX_MEMBERS + " members of its sets of states");
    }
    subsets.add(subset);
    accepting[state] = accepts;
    return state;
  }

  private boolean acceptsAtEnd(int[] subset, boolean atStart) {
    int[] reached = nfa.isConditional() ? closure(subset, subset.length, atStart, true) : subset;
    for (int state : reached) {
      if (nfa.accepts(state)) {
        return true;
      }
    }
    return false;
  }

  /** The states reached from the first {@code count} of {@code states} without a symbol, sorted. */
  private int[] closure(int[] states, int count, boolean atStart, boolean atEnd) {
    round++;
    int size = 0;
    for (int i = 0; i < count; i++) {
      size = find(states[i], size);
    }
    int visits = count;
    for (int i = 0; i < size; i++) {
      for (int edge = nfa.firstEdge(found[i]); edge >= 0; edge = nfa.nextEdge(edge)) {
        visits++;
        int label = nfa.label(edge);
        if (label == Nfa.ALWAYS
            || (label == Nfa.AT_START && atStart)
            || (label == Nfa.AT_END && atEnd)) {
          size = find(nfa.target(edge), size);
        }
      }
    }
    budget.spend(visits + 4L * size);
    int[] closure = Arrays.copyOf(found, size);
    Arrays.sort(closure);
    return closure;
  }

  private int find(int state, int size) {
    if (foundInRound[state] == round) {
      return size;
    }
    foundInRound[state] = round;
    if (size == found.length) {
      found = Arrays.copyOf(found, 2 * size);
    }
    found[size] = state;
    return size + 1;
  }
}
