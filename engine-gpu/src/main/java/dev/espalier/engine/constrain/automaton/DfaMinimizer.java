package dev.espalier.engine.constrain.automaton;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes a deterministic automaton as small as possible: removes the states from which nothing is
 * accepted, joins the states that no word tells apart (the partition refinement of Valmari and
 * Lehtinen, "Efficient minimization of DFAs with partial transition functions", 2008, in time m log
 * n for m transitions and n states), and joins the symbols that no state tells apart.
 */
final class DfaMinimizer {
  private final Dfa dfa;
  private final CompilationBudget budget;
  private final int classCount;

  /** Transitions between live states: where from, by which class, where to. */
  private int[] tail;

  private int[] label;
  private int[] head;

  private DfaMinimizer(Dfa dfa, CompilationBudget budget) {
    this.dfa = dfa;
    this.budget = budget;
    this.classCount = dfa.classCount();
  }

  static Dfa minimize(Dfa dfa, CompilationBudget budget) {
    return new DfaMinimizer(dfa, budget).run();
  }

  private Dfa run() {
    budget.spend(4L * dfa.stateCount() * classCount);
    int[] liveStates = liveStates();
    if (liveStates.length == 0 || liveStates[0] != 0) {
      return Dfa.NOTHING;
    }
    collectTransitions(liveStates);
    Partition blocks = refine(liveStates);
    return quotient(liveStates, blocks);
  }

  /** The states from which a word is accepted, ascending. All states are reachable already. */
  private int[] liveStates() {
    int states = dfa.stateCount();
    int transitions = 0;
    int[] offset = new int[states + 1];
    for (int state = 0; state < states; state++) {
      for (int c = 0; c < classCount; c++) {
        if (dfa.next(state, c) >= 0) {
          offset[dfa.next(state, c) + 1]++;
          transitions++;
        }
      }
    }
    for (int state = 0; state < states; state++) {
      offset[state + 1] += offset[state];
    }
    int[] predecessors = new int[transitions];
    int[] filled = Arrays.copyOf(offset, states);
    for (int state = 0; state < states; state++) {
      for (int c = 0; c < classCount; c++) {
        if (dfa.next(state, c) >= 0) {
          predecessors[filled[dfa.next(state, c)]++] = state;
        }
      }
    }
    boolean[] live = new boolean[states];
    int[] queue = new int[states];
    int size = 0;
    for (int state = 0; state < states; state++) {
      if (dfa.accepts(state)) {
        live[state] = true;
        queue[size++] = state;
      }
    }
    for (int i = 0; i < size; i++) {
      for (int j = offset[queue[i]]; j < offset[queue[i] + 1]; j++) {
        if (!live[predecessors[j]]) {
          live[predecessors[j]] = true;
          queue[size++] = predecessors[j];
        }
      }
    }
    int[] ascending = Arrays.copyOf(queue, size);
    Arrays.sort(ascending);
    return ascending;
  }

  private void collectTransitions(int[] liveStates) {
    int[] rank = new int[dfa.stateCount()];
    Arrays.fill(rank, -1);
    for (int i = 0; i < liveStates.length; i++) {
      rank[liveStates[i]] = i;
    }
    int size = 0;
    tail = new int[64];
    label = new int[64];
    head = new int[64];
    for (int c = 0; c < classCount; c++) {
      for (int i = 0; i < liveStates.length; i++) {
        int target = dfa.next(liveStates[i], c);
        if (target >= 0 && rank[target] >= 0) {
          if (size == tail.length) {
            tail = Arrays.copyOf(tail, 2 * size);
            label = Arrays.copyOf(label, 2 * size);
            head = Arrays.copyOf(head, 2 * size);
          }
          tail[size] = i;
          label[size] = c;
          head[size++] = rank[target];
        }
      }
    }
    tail = Arrays.copyOf(tail, size);
    label = Arrays.copyOf(label, size);
    head = Arrays.copyOf(head, size);
  }

  private Partition refine(int[] liveStates) {
    int states = liveStates.length;
    Partition blocks = new Partition(states);
    for (int i = 0; i < states; i++) {
      if (dfa.accepts(liveStates[i])) {
        blocks.mark(i);
      }
    }
    blocks.split();
    // The transitions are sorted by label, and begin as one set for each label.
    Partition cords = new Partition(tail.length);
    cords.cutWhereDifferent(label);
    int[] offset = new int[states + 1];
    for (int target : head) {
      offset[target + 1]++;
    }
    for (int state = 0; state < states; state++) {
      offset[state + 1] += offset[state];
    }
    int[] incoming = new int[head.length];
    int[] filled = Arrays.copyOf(offset, states);
    for (int transition = 0; transition < head.length; transition++) {
      incoming[filled[head[transition]]++] = transition;
    }
    int block = 1;
    for (int cord = 0; cord < cords.count; cord++) {
      budget.spend(cords.past[cord] - cords.first[cord] + 1);
      for (int i = cords.first[cord]; i < cords.past[cord]; i++) {
        blocks.mark(tail[cords.elements[i]]);
      }
      blocks.split();
      for (; block < blocks.count; block++) {
        for (int i = blocks.first[block]; i < blocks.past[block]; i++) {
          int state = blocks.elements[i];
          budget.spend(offset[state + 1] - offset[state] + 1);
          for (int j = offset[state]; j < offset[state + 1]; j++) {
            cords.mark(incoming[j]);
          }
        }
        cords.split();
      }
    }
    return blocks;
  }

  /** One state for each block, numbered in the order in which a walk from the start meets them. */
  private Dfa quotient(int[] liveStates, Partition blocks) {
    int[] rank = new int[dfa.stateCount()];
    Arrays.fill(rank, -1);
    for (int i = 0; i < liveStates.length; i++) {
      rank[liveStates[i]] = i;
    }
    int[] number = new int[blocks.count];
    Arrays.fill(number, -1);
    int[] representative = new int[blocks.count];
    int states = 1;
    number[blocks.setOf[0]] = 0;
    int[] table = new int[blocks.count * classCount];
    boolean[] accepting = new boolean[blocks.count];
    for (int state = 0; state < states; state++) {
      accepting[state] = dfa.accepts(representative[state]);
      for (int c = 0; c < classCount; c++) {
        int target = dfa.next(representative[state], c);
        int next = -1;
        if (target >= 0 && rank[target] >= 0) {
          int block = blocks.setOf[rank[target]];
          if (number[block] < 0) {
            number[block] = states;
            representative[states++] = target;
          }
          next = number[block];
        }
        table[state * classCount + c] = next;
      }
    }
    return joinClasses(table, accepting, states);
  }

  private Dfa joinClasses(int[] table, boolean[] accepting, int states) {
    Map<Integer, List<Integer>> keptWithHash = new HashMap<>();
    List<Integer> kept = new ArrayList<>();
    int[] names = new int[classCount];
    for (int c = 0; c < classCount; c++) {
      int hash = 1;
      boolean read = false;
      for (int i = c; i < states * classCount; i += classCount) {
        hash = 31 * hash + table[i];
        read |= table[i] >= 0;
      }
      names[c] = -1;
      if (read) {
        List<Integer> candidates = keptWithHash.computeIfAbsent(hash, h -> new ArrayList<>());
        for (int candidate : candidates) {
          if (names[c] < 0 && sameColumn(table, states, candidate, c)) {
            names[c] = names[candidate];
          }
        }
        if (names[c] < 0) {
          names[c] = kept.size();
          kept.add(c);
          candidates.add(c);
        }
      }
    }
    int[] joined = new int[states * kept.size()];
    for (int state = 0; state < states; state++) {
      for (int c = 0; c < kept.size(); c++) {
        joined[state * kept.size() + c] = table[state * classCount + kept.get(c)];
      }
    }
    return new Dfa(
        dfa.classes().rename(names, kept.size()), joined, Arrays.copyOf(accepting, states));
  }

  private boolean sameColumn(int[] table, int states, int c, int d) {
    for (int row = 0; row < states * classCount; row += classCount) {
      if (table[row + c] != table[row + d]) {
        return false;
      }
    }
    return true;
  }
}
