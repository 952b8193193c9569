package dev.espalier.engine.constrain.automaton;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Two automata run side by side. */
final class DfaProduct {
  private DfaProduct() {}

  /** The words of {@code a} that {@code b} accepts, or those that it does not. */
  static Dfa of(Dfa a, Dfa b, boolean acceptedByB, CompilationBudget budget) {
    if (a.isEmpty() || b.isEmpty()) {
      return acceptedByB ? Dfa.NOTHING : a;
    }
    List<SymbolSet> sets = new ArrayList<>(a.classes().all());
    sets.addAll(b.classes().all());
    SymbolClasses classes = SymbolClasses.refine(sets, budget).classes();
    int classCount = classes.count();
    int edges = 0;
    int[] classInA = new int[classCount];
    int[] classInB = new int[classCount];
    for (int c = 0; c < classCount; c++) {
      int representative = classes.symbols(c).first(0);
      classInA[c] = a.classOf(representative);
      classInB[c] = b.classOf(representative);
    }
    Map<Long, Integer> indexOf = new HashMap<>();
    List<Long> pairs = new ArrayList<>();
    indexOf.put(0L, 0);
    pairs.add(0L);
    int[] table = new int[16 * classCount];
    boolean[] accepting = new boolean[16];
    for (int state = 0; state < pairs.size(); state++) {
      if (state == accepting.length) {
        accepting = Arrays.copyOf(accepting, 2 * state);
        table = Arrays.copyOf(table, 2 * state * classCount);
      }
      budget.spend(2L * classCount);
      if ((long) (state + 1) * classCount > Dfa.MAX_CELLS || edges > Dfa.MAX_EDGES) {
        throw new AutomatonLimitException("more than " + Dfa.MAX_EDGES + " edges");
      }
      int inA = (int) (pairs.get(state) >>> 32);
      int inB = (int) (long) pairs.get(state);
      accepting[state] = a.accepts(inA) && (inB >= 0 && b.accepts(inB)) == acceptedByB;
      for (int c = 0; c < classCount; c++) {
        int nextInA = classInA[c] < 0 ? -1 : a.next(inA, classInA[c]);
        int nextInB = inB < 0 || classInB[c] < 0 ? -1 : b.next(inB, classInB[c]);
        int next = -1;
        if (nextInA >= 0 && (nextInB >= 0 || !acceptedByB)) {
          long pair = ((long) nextInA << 32) | (nextInB & 0xFFFFFFFFL);
          Integer known = indexOf.putIfAbsent(pair, pairs.size());
          if (known == null) {
            known = pairs.size();
            pairs.add(pair);
            if (known == Dfa.MAX_STATES) {
              throw new AutomatonLimitException("more than " + Dfa.MAX_STATES + " states");
            }
          }
          next = known;
          edges++;
        }
        table[state * classCount + c] = next;
      }
    }
    int states = pairs.size();
    return DfaMinimizer.minimize(
        new Dfa(
            classes, Arrays.copyOf(table, states * classCount), Arrays.copyOf(accepting, states)),
        budget);
  }
}
