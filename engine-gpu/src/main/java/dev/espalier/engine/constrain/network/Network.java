package dev.espalier.engine.constrain.network;

import dev.espalier.engine.constrain.automaton.BoundedEquivalence;
import dev.espalier.engine.constrain.automaton.CompilationBudget;
import dev.espalier.engine.constrain.automaton.Dfa;
import dev.espalier.engine.constrain.vocabulary.VocabularyTrie;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * Automata that call each other. From every state a text can be completed. Immutable.
 *
 * <p>The states of all automata are numbered through. An edge reads a byte, or calls: it leads from
 * the caller into the start of the callee, and from the end of the callee to the edge's target.
 */
public final class Network {
  private static final int UNKNOWN = Integer.MAX_VALUE;

  private final int start;
  private final Dfa onlyAutomaton;

  /** Of each state: the class of each byte in its automaton; shared by the states of one. */
  private final int[][] classOf;

  /** Of each state: the next state by class of byte, or -1. */
  private final int[][] nextByClass;

  private final Call[][] calls;

  /** Of each state: the first one of its automaton. */
  private final int[] firstState;

  /** By the first state of an automaton: which of its classes are of bytes. */
  private final Map<Integer, BitSet> readingClasses = new HashMap<>();

  private final BitSet accepting = new BitSet();
  private final BitSet reading = new BitSet();
  private final BitSet usedBytes = new BitSet(256);

  /**
   * @param callee the start of the called automaton
   * @param target the state after the call
   */
  record Call(int callee, int target) {}

  /** The states from which an empty text is accepted, if it begins an automaton. */
  private final BitSet nullableStarts = new BitSet();

  /**
   * @param automata by rule, over bytes and calls; all those that are called, and {@code root}
   */
  Network(Map<Integer, Dfa> automata, int root, CompilationBudget budget) {
    Map<Integer, Integer> starts = new HashMap<>();
    int states = 0;
    for (Map.Entry<Integer, Dfa> automaton : automata.entrySet()) {
      starts.put(automaton.getKey(), states);
      states += automaton.getValue().stateCount();
    }
    budget.spend(automata.size() * (automata.size() + 256L) / 8);
    start = starts.get(root);
    classOf = new int[states][];
    nextByClass = new int[states][];
    calls = new Call[states][];
    firstState = new int[states];
    boolean anyCalls = false;
    for (Map.Entry<Integer, Dfa> automaton : automata.entrySet()) {
      budget.spend(2L * automaton.getValue().stateCount() * automaton.getValue().classCount());
      anyCalls |= add(automaton.getValue(), starts.get(automaton.getKey()), starts);
    }
    findNullableStarts(starts, budget);
    onlyAutomaton = anyCalls ? null : automata.get(root);
  }

  private boolean add(Dfa dfa, int base, Map<Integer, Integer> starts) {
    int[] byteClasses = new int[256];
    BitSet ofBytes = new BitSet();
    readingClasses.put(base, ofBytes);
    for (int symbol = 0; symbol < 256; symbol++) {
      byteClasses[symbol] = dfa.classOf(symbol) + 1;
      ofBytes.set(byteClasses[symbol]);
      usedBytes.set(symbol, usedBytes.get(symbol) || byteClasses[symbol] > 0);
    }
    Map<Integer, Integer> calleeClass = new HashMap<>();
    starts.forEach(
        (rule, calleeStart) -> {
          int c = dfa.classOf(RuleReducer.FIRST_CALL + rule);
          if (c >= 0) {
            calleeClass.put(calleeStart, c);
          }
        });
    for (int state = 0; state < dfa.stateCount(); state++) {
      classOf[base + state] = byteClasses;
      firstState[base + state] = base;
      int[] next = new int[dfa.classCount() + 1];
      next[0] = -1;
      for (int c = 0; c < dfa.classCount(); c++) {
        int target = dfa.next(state, c);
        next[c + 1] = target < 0 ? -1 : base + target;
        if (target >= 0 && dfa.symbols(c).first(0) < RuleReducer.FIRST_CALL) {
          reading.set(base + state);
        }
      }
      nextByClass[base + state] = next;
      List<Call> found = new ArrayList<>();
      calleeClass.entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .filter(callee -> next[callee.getValue() + 1] >= 0)
          .forEach(callee -> found.add(new Call(callee.getKey(), next[callee.getValue() + 1])));
      calls[base + state] = found.toArray(Call[]::new);
      accepting.set(base + state, dfa.accepts(state));
    }
    return !calleeClass.isEmpty();
  }

  /**
   * Of each state: how many bytes there are at least to the end of its automaton. Knuth, "A
   * generalization of Dijkstra's algorithm", 1977: states are settled in order of their distance,
   * and one is known once a byte's target is, or a call's callee and target are.
   */
  int[] bytesToEnd() {
    int[] count = new int[calls.length + 1];
    forEachEdge((state, next) -> count[next + 1]++);
    for (int state = 0; state < calls.length; state++) {
      count[state + 1] += count[state];
    }
    int[] before = new int[count[calls.length]];
    int[] filled = count.clone();
    forEachEdge((state, next) -> before[filled[next]++] = state);
    int[] distance = new int[calls.length];
    Arrays.fill(distance, UNKNOWN);
    PriorityQueue<long[]> nearest = new PriorityQueue<>(Comparator.comparingLong(a -> a[0]));
    accepting.stream().forEach(state -> nearest.add(new long[] {0, state}));
    while (!nearest.isEmpty()) {
      long[] settled = nearest.remove();
      int state = (int) settled[1];
      if (distance[state] != UNKNOWN) {
        continue;
      }
      distance[state] = (int) Math.min(settled[0], UNKNOWN - 1);
      for (int i = count[state]; i < count[state + 1]; i++) {
        int earlier = before[i];
        if (distance[earlier] == UNKNOWN) {
          long found = shortest(earlier, distance);
          if (found < UNKNOWN) {
            nearest.add(new long[] {found, earlier});
          }
        }
      }
    }
    return distance;
  }

  private interface EdgeVisitor {
    void visit(int state, int next);
  }

  /**
   * Visits each state with those that it leads to by a byte, and with callees and their returns.
   */
  private void forEachEdge(EdgeVisitor visitor) {
    for (int state = 0; state < calls.length; state++) {
      for (int c = 0; c < nextByClass[state].length; c++) {
        if (readsByte(state, c)) {
          visitor.visit(state, nextByClass[state][c]);
        }
      }
      for (Call call : calls[state]) {
        visitor.visit(state, call.callee());
        visitor.visit(state, call.target());
      }
    }
  }

  private boolean readsByte(int state, int symbolClass) {
    return nextByClass[state][symbolClass] >= 0
        && readingClasses.get(firstState[state]).get(symbolClass);
  }

  /** From {@code state}, over one edge to states of known distance; UNKNOWN if there is none. */
  private long shortest(int state, int[] distance) {
    long least = UNKNOWN;
    for (int c = 0; c < nextByClass[state].length; c++) {
      int next = nextByClass[state][c];
      if (readsByte(state, c) && distance[next] != UNKNOWN) {
        least = Math.min(least, 1L + distance[next]);
      }
    }
    for (Call call : calls[state]) {
      if (distance[call.callee()] != UNKNOWN && distance[call.target()] != UNKNOWN) {
        least = Math.min(least, (long) distance[call.callee()] + distance[call.target()]);
      }
    }
    return least;
  }

  private void findNullableStarts(Map<Integer, Integer> starts, CompilationBudget budget) {
    BitSet nullable = (BitSet) accepting.clone(); // states that reach their end with no byte
    boolean grows = true;
    while (grows) {
      grows = false;
      for (int state = nullable.nextClearBit(0);
          state < calls.length;
          state = nullable.nextClearBit(state + 1)) {
        budget.spend(1 + calls[state].length);
        for (Call call : calls[state]) {
          if (!nullable.get(state) && nullable.get(call.callee()) && nullable.get(call.target())) {
            nullable.set(state);
            grows = true;
          }
        }
      }
    }
    starts.values().forEach(s -> nullableStarts.set(s, nullable.get(s)));
  }

  /** The only automaton, if no call is left. */
  public Optional<Dfa> asAutomaton() {
    return Optional.ofNullable(onlyAutomaton);
  }

  /** The bytes that occur in texts. */
  public BitSet usedBytes() {
    return (BitSet) usedBytes.clone();
  }

  public int stateCount() {
    return calls.length;
  }

  int start() {
    return start;
  }

  /**
   * The class of each state; from all states of one, short tokens do the same up to the end of the
   * automaton. States with calls are alone in theirs, so what is called need not be compared.
   */
  int[] classesOfShortTokens(CompilationBudget budget) {
    int[] labelOf = new int[calls.length];
    for (int state = 0; state < labelOf.length; state++) {
      int kind = accepting.get(state) ? 1 : 0;
      labelOf[state] = calls[state].length > 0 ? 3 * state + 2 : 3 * firstState[state] + kind;
    }
    return BoundedEquivalence.classes(
        new BoundedEquivalence.Automaton() {
          @Override
          public int stateCount() {
            return calls.length;
          }

          @Override
          public int classCount(int state) {
            return nextByClass[state].length;
          }

          @Override
          public int next(int state, int symbolClass) {
            return nextByClass[state][symbolClass];
          }

          @Override
          public int label(int state) {
            return labelOf[state];
          }
        },
        VocabularyTrie.SHORT,
        budget);
  }

  /** The state after {@code symbol}, a byte, or -1. */
  int next(int state, int symbol) {
    return nextByClass[state][classOf[state][symbol]];
  }

  Call[] calls(int state) {
    return calls[state];
  }

  /** Whether the automaton of {@code state} may end here. */
  boolean accepts(int state) {
    return accepting.get(state);
  }

  /** Whether a byte can be read in {@code state} itself. */
  boolean reads(int state) {
    return reading.get(state);
  }

  /** Whether the automaton that begins in {@code start} accepts the empty text. */
  boolean isNullable(int calleeStart) {
    return nullableStarts.get(calleeStart);
  }

  /** Whether nothing can follow {@code state} in its automaton. */
  boolean isEnd(int state) {
    return accepting.get(state) && !reading.get(state) && calls[state].length == 0;
  }
}
