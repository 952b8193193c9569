package dev.espalier.engine.constrain.automaton;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A nondeterministic finite automaton under construction. State 0 is the start. Not thread-safe.
 */
public final class Nfa {
  /** More states or edges than this are refused with {@link AutomatonLimitException}. */
  public static final int MAX_STATES = 400_000;

  public static final int MAX_EDGES = 1_000_000;

  /** Labels of edges that read nothing; other labels are indices into {@link #labels}. */
  static final int ALWAYS = -1;

  static final int AT_START = -2;
  static final int AT_END = -3;

  private final CompilationBudget budget;
  private final List<SymbolSet> labels = new ArrayList<>();
  private final Map<SymbolSet, Integer> labelIndex = new HashMap<>();
  private int[] firstEdge = new int[64];
  private boolean[] accepting = new boolean[64];
  private int stateCount;
  private int[] nextEdge = new int[64];
  private int[] edgeTarget = new int[64];
  private int[] edgeLabel = new int[64];
  private int edgeCount;
  private boolean conditional;

  /** With a budget of its own. */
  public Nfa() {
    this(CompilationBudget.ofConstraint());
  }

  /**
   * @param budget pays for all that is done with it
   */
  public Nfa(CompilationBudget budget) {
    this.budget = budget;
    addState();
  }

  public int addState() {
    budget.spend(1);
    if (stateCount == MAX_STATES) {
      throw new AutomatonLimitException("more than " + MAX_STATES + " states before reduction");
    }
    if (stateCount == firstEdge.length) {
      firstEdge = Arrays.copyOf(firstEdge, 2 * stateCount);
      accepting = Arrays.copyOf(accepting, 2 * stateCount);
    }
    firstEdge[stateCount] = -1;
    return stateCount++;
  }

  public int stateCount() {
    return stateCount;
  }

  public void accept(int state) {
    accepting[state] = true;
  }

  /** An edge that reads one symbol of {@code label}. */
  public void edge(int from, SymbolSet label, int to) {
    if (!label.isEmpty()) {
      Integer index = labelIndex.get(label);
      if (index == null) {
        index = labels.size();
        labels.add(label);
        labelIndex.put(label, index);
      }
      add(from, index, to);
    }
  }

  /** An edge that reads nothing. */
  public void epsilon(int from, int to) {
    add(from, ALWAYS, to);
  }

  /** An edge that reads nothing and can be taken only before the first symbol. */
  public void epsilonAtStart(int from, int to) {
    conditional = true;
    add(from, AT_START, to);
  }

  /** An edge that reads nothing and can be taken only after the last symbol. */
  public void epsilonAtEnd(int from, int to) {
    conditional = true;
    add(from, AT_END, to);
  }

  /**
   * Copies {@code dfa} so that it begins in {@code from} and every word it accepts leads to {@code
   * to}.
   */
  public void embed(int from, Dfa dfa, int to) {
    if (dfa.isEmpty()) {
      return;
    }
    int[] copies = new int[dfa.stateCount()];
    for (int state = 0; state < copies.length; state++) {
      copies[state] = addState();
      if (dfa.accepts(state)) {
        epsilon(copies[state], to);
      }
    }
    epsilon(from, copies[0]);
    for (int state = 0; state < copies.length; state++) {
      for (int symbolClass = 0; symbolClass < dfa.classCount(); symbolClass++) {
        int target = dfa.next(state, symbolClass);
        if (target >= 0) {
          edge(copies[state], dfa.symbols(symbolClass), copies[target]);
        }
      }
    }
  }

  /**
   * The smallest deterministic automaton of the same language.
   *
   * @throws AutomatonLimitException if it, before it is made small, is larger than {@link Dfa}
   *     allows, or takes more steps than the budget has
   */
  public Dfa toDfa() {
    return DfaMinimizer.minimize(new Determinizer(this, budget).run(), budget);
  }

  private void add(int from, int label, int to) {
    budget.spend(1);
    if (edgeCount == MAX_EDGES) {
      throw new AutomatonLimitException("more than " + MAX_EDGES + " edges before reduction");
    }
    if (edgeCount == nextEdge.length) {
      nextEdge = Arrays.copyOf(nextEdge, 2 * edgeCount);
      edgeTarget = Arrays.copyOf(edgeTarget, 2 * edgeCount);
      edgeLabel = Arrays.copyOf(edgeLabel, 2 * edgeCount);
    }
    nextEdge[edgeCount] = firstEdge[from];
    edgeTarget[edgeCount] = to;
    edgeLabel[edgeCount] = label;
    firstEdge[from] = edgeCount++;
  }

  List<SymbolSet> labels() {
    return labels;
  }

  /** The first edge out of {@code state}, or -1. */
  int firstEdge(int state) {
    return firstEdge[state];
  }

  int nextEdge(int edge) {
    return nextEdge[edge];
  }

  int target(int edge) {
    return edgeTarget[edge];
  }

  int label(int edge) {
    return edgeLabel[edge];
  }

  boolean accepts(int state) {
    return accepting[state];
  }

  /** Whether an edge depends on the place in the word. */
  boolean isConditional() {
    return conditional;
  }
}
