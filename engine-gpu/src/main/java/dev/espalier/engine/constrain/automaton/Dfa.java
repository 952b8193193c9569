package dev.espalier.engine.constrain.automaton;

import java.util.Collection;

/**
 * A deterministic finite automaton over symbols, reduced to the states from which a word can still
 * be accepted. State 0 is the start; an automaton of the empty language has no state. Immutable.
 */
public final class Dfa {
  /** More states, edges or cells than this are refused with {@link AutomatonLimitException}. */
  public static final int MAX_STATES = 100_000;

  public static final int MAX_EDGES = 1_000_000;

  /** Cells of the table: states times classes. */
  public static final int MAX_CELLS = 5_000_000;

  /** The automaton that accepts nothing. */
  public static final Dfa NOTHING = new Dfa(SymbolClasses.NONE, new int[0], new boolean[0]);

  private final SymbolClasses classes;

  /** (state, class) to the next state, or -1. */
  private final int[] table;

  private final boolean[] accepting;

  Dfa(SymbolClasses classes, int[] table, boolean[] accepting) {
    this.classes = classes;
    this.table = table;
    this.accepting = accepting;
  }

  /** Accepts the words of one symbol of {@code set}. */
  public static Dfa of(SymbolSet set) {
    Nfa nfa = new Nfa();
    int end = nfa.addState();
    nfa.edge(0, set, end);
    nfa.accept(end);
    return nfa.toDfa();
  }

  /** Accepts each of {@code words}, sequences of symbols. */
  public static Dfa ofWords(Collection<int[]> words) {
    return ofWords(words, CompilationBudget.ofConstraint());
  }

  public static Dfa ofWords(Collection<int[]> words, CompilationBudget budget) {
    return new WordAutomaton(budget).of(words);
  }

  /** Accepts the words of {@code minimum} to {@code maximum} symbols of {@code set}. */
  public static Dfa repeat(SymbolSet set, int minimum, int maximum) {
    return repeat(set, minimum, maximum, CompilationBudget.ofConstraint());
  }

  public static Dfa repeat(SymbolSet set, int minimum, int maximum, CompilationBudget budget) {
    Nfa nfa = new Nfa(budget);
    int state = 0;
    for (int i = 0; i < maximum; i++) {
      if (i >= minimum) {
        nfa.accept(state);
      }
      int next = nfa.addState();
      nfa.edge(state, set, next);
      state = next;
    }
    nfa.accept(state);
    return nfa.toDfa();
  }

  /** Accepts the words of at least {@code minimum} symbols of {@code set}. */
  public static Dfa repeat(SymbolSet set, int minimum) {
    return repeat(set, minimum, CompilationBudget.ofConstraint());
  }

  public static Dfa repeat(SymbolSet set, int minimum, CompilationBudget budget) {
    Nfa nfa = new Nfa(budget);
    int state = 0;
    for (int i = 0; i < minimum; i++) {
      int next = nfa.addState();
      nfa.edge(state, set, next);
      state = next;
    }
    nfa.edge(state, set, state);
    nfa.accept(state);
    return nfa.toDfa();
  }

  public boolean isEmpty() {
    return accepting.length == 0;
  }

  /** About how many bytes of memory it takes. */
  public long sizeInBytes() {
    return 4L * table.length + accepting.length;
  }

  public int stateCount() {
    return accepting.length;
  }

  public int classCount() {
    return classes.count();
  }

  public SymbolSet symbols(int symbolClass) {
    return classes.symbols(symbolClass);
  }

  /** The class of {@code symbol}, or -1 if no edge reads it. */
  public int classOf(int symbol) {
    return classes.classOf(symbol);
  }

  /** The state after a symbol of {@code symbolClass}, or -1. */
  public int next(int state, int symbolClass) {
    return table[state * classes.count() + symbolClass];
  }

  public boolean accepts(int state) {
    return accepting[state];
  }

  /** The state after {@code symbol}, or -1. */
  public int step(int state, int symbol) {
    int symbolClass = classes.classOf(symbol);
    return symbolClass < 0 ? -1 : next(state, symbolClass);
  }

  public boolean matches(int... word) {
    int state = isEmpty() ? -1 : 0;
    for (int i = 0; i < word.length && state >= 0; i++) {
      state = step(state, word[i]);
    }
    return state >= 0 && accepting[state];
  }

  /** Whether the code points of {@code text} are accepted. */
  public boolean matches(String text) {
    return matches(text.codePoints().toArray());
  }

  public Dfa intersect(Dfa other) {
    return intersect(other, CompilationBudget.ofConstraint());
  }

  public Dfa intersect(Dfa other, CompilationBudget budget) {
    return DfaProduct.of(this, other, true, budget);
  }

  /** Accepts what this automaton accepts and {@code other} does not. */
  public Dfa minus(Dfa other) {
    return minus(other, CompilationBudget.ofConstraint());
  }

  public Dfa minus(Dfa other, CompilationBudget budget) {
    return DfaProduct.of(this, other, false, budget);
  }

  public Dfa union(Dfa other) {
    return union(other, CompilationBudget.ofConstraint());
  }

  public Dfa union(Dfa other, CompilationBudget budget) {
    if (isEmpty() || other.isEmpty()) {
      return isEmpty() ? other : this;
    }
    Nfa nfa = new Nfa(budget);
    int end = nfa.addState();
    nfa.embed(0, this, end);
    nfa.embed(0, other, end);
    nfa.accept(end);
    return nfa.toDfa();
  }

  SymbolClasses classes() {
    return classes;
  }
}
