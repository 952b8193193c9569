package dev.espalier.engine.constrain.automaton;

import java.util.HashMap;
import java.util.Map;

/** How code points are written as bytes. Stateless, thread-safe. */
public abstract class Encoding {

  /**
   * All spellings in bytes of each of {@code codePoints}. No spelling is the beginning of another
   * one.
   */
  protected abstract Dfa spellings(SymbolSet codePoints, CompilationBudget budget);

  /** The automaton over bytes of all spellings of the words of {@code codePoints}. */
  public final Dfa encode(Dfa codePoints) {
    return encode(codePoints, CompilationBudget.ofConstraint());
  }

  public final Dfa encode(Dfa codePoints, CompilationBudget budget) {
    if (codePoints.isEmpty()) {
      return Dfa.NOTHING;
    }
    Map<SymbolSet, Dfa> known = new HashMap<>();
    Nfa bytes = new Nfa(budget);
    for (int state = 1; state < codePoints.stateCount(); state++) {
      bytes.addState();
    }
    for (int state = 0; state < codePoints.stateCount(); state++) {
      if (codePoints.accepts(state)) {
        bytes.accept(state);
      }
      Map<Integer, SymbolSet> toTarget = new HashMap<>();
      for (int c = 0; c < codePoints.classCount(); c++) {
        int target = codePoints.next(state, c);
        if (target >= 0) {
          SymbolSet set = codePoints.symbols(c);
          SymbolSet before = toTarget.get(target);
          budget.spend(1 + (before == null ? 0 : 4L * (set.rangeCount() + before.rangeCount())));
          toTarget.put(target, before == null ? set : before.union(set));
        }
      }
      for (Map.Entry<Integer, SymbolSet> edge : toTarget.entrySet()) {
        Dfa spelling =
            known.computeIfAbsent(edge.getValue(), set -> budget.keep(spellings(set, budget)));
        splice(bytes, state, spelling, edge.getKey());
      }
    }
    return bytes.toDfa();
  }

  /** Copies {@code spelling} between two states, sharing both ends. */
  private static void splice(Nfa bytes, int from, Dfa spelling, int to) {
    int[] copies = new int[spelling.stateCount()];
    for (int state = 0; state < copies.length; state++) {
      copies[state] = state == 0 ? from : spelling.accepts(state) ? to : bytes.addState();
    }
    for (int state = 0; state < copies.length; state++) {
      for (int c = 0; c < spelling.classCount(); c++) {
        int target = spelling.next(state, c);
        if (target >= 0) {
          bytes.edge(copies[state], spelling.symbols(c), copies[target]);
        }
      }
    }
  }
}
