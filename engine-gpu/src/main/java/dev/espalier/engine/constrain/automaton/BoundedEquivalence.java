package dev.espalier.engine.constrain.automaton;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
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
  private final int[] classOf;
  private final List<BitSet> members = new ArrayList<>();
  private final int[][] predecessors;

  private BoundedEquivalence(Automaton automaton) {
    this.automaton = automaton;
    this.classOf = new int[automaton.stateCount()];
    this.predecessors = predecessors(automaton);
    Map<Integer, Integer> classOfLabel = new HashMap<>();
    for (int state = 0; state < classOf.length; state++) {
      int known = classOfLabel.computeIfAbsent(automaton.label(state), label -> newClass());
      classOf[state] = known;
      members.get(known).set(state);
    }
  }

  /**
   * The class of each state. Two states of one class have equal labels, and after every text of up
   * to {@code length} symbols again: both are nowhere, or in states of equal labels.
   */
  public static int[] classes(Automaton automaton, int length) {
    BoundedEquivalence equivalence = new BoundedEquivalence(automaton);
    BitSet changed = new BitSet();
    changed.set(0, automaton.stateCount());
    for (int round = 0; round < length && !changed.isEmpty(); round++) {
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

  private int newClass() {
    members.add(new BitSet());
    return members.size() - 1;
  }

  /**
   * Splits the classes of the states before {@code changed} ones by where their symbols lead.
   *
   * @return the states that went to another class
   */
  private BitSet refine(BitSet changed) {
    Map<Integer, BitSet> doubtful = new HashMap<>();
    for (int state = changed.nextSetBit(0); state >= 0; state = changed.nextSetBit(state + 1)) {
      for (int before : predecessors[state]) {
        doubtful.computeIfAbsent(classOf[before], c -> new BitSet()).set(before);
      }
    }
    // Where symbols led when the round began; moves take effect after it.
    List<BitSet> moves = new ArrayList<>();
    doubtful.forEach((c, states) -> moves.addAll(splitOff(c, states)));
    BitSet moved = new BitSet();
    for (BitSet group : moves) {
      int fresh = newClass();
      members.get(classOf[group.nextSetBit(0)]).andNot(group);
      members.get(fresh).or(group);
      group.stream().forEach(state -> classOf[state] = fresh);
      moved.or(group);
    }
    return moved;
  }

  /** The parts of {@code doubtful} that no longer belong to their class, each of one kind. */
  private List<BitSet> splitOff(int oldClass, BitSet doubtful) {
    BitSet rest = (BitSet) members.get(oldClass).clone();
    rest.andNot(doubtful);
    Map<Successors, BitSet> kinds = new HashMap<>();
    doubtful.stream().forEach(s -> kinds.computeIfAbsent(successors(s), k -> new BitSet()).set(s));
    BitSet staying = null;
    if (!rest.isEmpty()) {
      staying = kinds.get(successors(rest.nextSetBit(0)));
    } else {
      for (BitSet kind : kinds.values()) {
        if (staying == null || kind.cardinality() > staying.cardinality()) {
          staying = kind;
        }
      }
    }
    List<BitSet> leaving = new ArrayList<>();
    for (BitSet kind : kinds.values()) {
      if (!kind.equals(staying)) {
        leaving.add(kind);
      }
    }
    return leaving;
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
    for (int c = 0; c < classes.length; c++) {
      int next = automaton.next(state, c);
      classes[c] = next < 0 ? -1 : classOf[next];
    }
    return new Successors(classes);
  }
}
