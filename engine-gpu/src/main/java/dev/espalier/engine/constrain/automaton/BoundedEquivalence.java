package dev.espalier.engine.constrain.automaton;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts those states of an automaton together that no text of up to some length tells apart: Moore's
 * partition refinement ("Gedanken-experiments on sequential machines", 1956), one round for each
 * symbol. A round looks only at the states with a successor that the last one moved to another
 * class.
 */
public final class BoundedEquivalence {

  /** An automaton. States of equal labels have the same classes of symbols. */
  public interface Automaton {
    int stateCount();

    /** Classes of symbols that the edges of {@code state} read. */
    int classCount(int state);

    /** The state after a symbol of a class, or -1. */
    int next(int state, int symbolClass);

    /** Tells states apart without any text. */
    int label(int state);
  }

  private final Automaton automaton;
  private final CompilationBudget budget;
  private final int[] classOf;

  /** Of each class: its states, ascending. */
  private final List<int[]> members = new ArrayList<>();

  /** Of each state: the last round in which it was doubtful. */
  private final int[] doubtfulInRound;

  private int round;
  private final int[][] predecessors;

  private BoundedEquivalence(Automaton automaton, CompilationBudget budget) {
    this.automaton = automaton;
    this.budget = budget;
    this.classOf = new int[automaton.stateCount()];
    this.doubtfulInRound = new int[classOf.length];
    this.predecessors = predecessors(automaton);
    Map<Integer, Integer> classOfLabel = new HashMap<>();
    List<IntBag> byLabel = new ArrayList<>();
    for (int state = 0; state < classOf.length; state++) {
      int known = classOfLabel.computeIfAbsent(automaton.label(state), label -> byLabel.size());
      if (known == byLabel.size()) {
        byLabel.add(new IntBag());
      }
      classOf[state] = known;
      byLabel.get(known).add(state);
    }
    byLabel.forEach(states -> members.add(states.toArray()));
  }

  /**
   * The class of each state. Two states of one class have equal labels, and after every text of up
   * to {@code length} symbols again: both are nowhere, or in states of equal labels.
   */
  public static int[] classes(Automaton automaton, int length, CompilationBudget budget) {
    BoundedEquivalence equivalence = new BoundedEquivalence(automaton, budget);
    BitSet changed = new BitSet();
    changed.set(0, automaton.stateCount());
    for (int i = 0; i < length && !changed.isEmpty(); i++) {
      changed = equivalence.refine(changed);
    }
    return equivalence.classOf;
  }

  private static int[][] predecessors(Automaton automaton) {
    int[] counts = new int[automaton.stateCount()];
    int[][] predecessors = new int[counts.length][4];
    for (int state = 0; state < counts.length; state++) {
      for (int c = 0; c < automaton.classCount(state); c++) {
        int next = automaton.next(state, c);
        if (next >= 0) {
          if (counts[next] == predecessors[next].length) {
            predecessors[next] = Arrays.copyOf(predecessors[next], 2 * counts[next]);
          }
          predecessors[next][counts[next]++] = state;
        }
      }
    }
    for (int state = 0; state < counts.length; state++) {
      predecessors[state] = Arrays.copyOf(predecessors[state], counts[state]);
    }
    return predecessors;
  }

  /**
   * Splits the classes of the states before {@code changed} ones by where their symbols lead.
   *
   * @return the states that went to another class
   */
  private BitSet refine(BitSet changed) {
    round++;
    Map<Integer, IntBag> doubtful = new HashMap<>();
    for (int state = changed.nextSetBit(0); state >= 0; state = changed.nextSetBit(state + 1)) {
      budget.spend(1 + predecessors[state].length);
      for (int before : predecessors[state]) {
        if (members.get(classOf[before]).length > 1 && doubtfulInRound[before] != round) {
          doubtfulInRound[before] = round;
          doubtful.computeIfAbsent(classOf[before], c -> new IntBag()).add(before);
        }
      }
    }
    // Where symbols led when the round began; moves take effect after it.
    Map<Integer, List<int[]>> moves = new HashMap<>();
    doubtful.forEach((c, states) -> moves.put(c, splitOff(c, states.toArray())));
    BitSet moved = new BitSet();
    moves.forEach(
        (oldClass, groups) -> {
          for (int[] group : groups) {
            for (int state : group) {
              classOf[state] = members.size();
              moved.set(state);
            }
            members.add(group);
          }
          if (!groups.isEmpty()) {
            int[] before = members.get(oldClass);
            budget.spend(before.length);
            members.set(
                oldClass, Arrays.stream(before).filter(s -> classOf[s] == oldClass).toArray());
          }
        });
    return moved;
  }

  /** The parts of {@code doubtful} that no longer belong to their class, each of one kind. */
  private List<int[]> splitOff(int oldClass, int[] doubtful) {
    Map<Successors, IntBag> kinds = new LinkedHashMap<>();
    for (int state : doubtful) {
      kinds.computeIfAbsent(successors(state), k -> new IntBag()).add(state);
    }
    IntBag staying = null;
    if (doubtful.length < members.get(oldClass).length) {
      staying = kinds.get(successors(sureMember(oldClass)));
    } else {
      for (IntBag kind : kinds.values()) {
        if (staying == null || kind.size() > staying.size()) {
          staying = kind;
        }
      }
    }
    List<int[]> leaving = new ArrayList<>();
    for (IntBag kind : kinds.values()) {
      if (kind != staying) {
        leaving.add(kind.toArray());
      }
    }
    return leaving;
  }

  /** A state of a class that is not doubtful. */
  private int sureMember(int ofClass) {
    for (int state : members.get(ofClass)) {
      if (doubtfulInRound[state] != round) {
        return state;
      }
    }
    throw new IllegalStateException("all are doubtful");
  }

  @SuppressWarnings("ArrayRecordComponent") // equals and hashCode look inside
  private record Successors(int[] classes) {
    @Override
    public boolean equals(Object object) {
      return object instanceof Successors other && Arrays.equals(classes, other.classes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(classes);
    }
  }

  private Successors successors(int state) {
    int[] classes = new int[automaton.classCount(state)];
    budget.spend(classes.length);
    for (int c = 0; c < classes.length; c++) {
      int next = automaton.next(state, c);
      classes[c] = next < 0 ? -1 : classOf[next];
    }
    return new Successors(classes);
  }
}
