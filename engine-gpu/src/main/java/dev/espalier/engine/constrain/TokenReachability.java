package dev.espalier.engine.constrain;

import dev.espalier.engine.constrain.automaton.CompilationBudget;
import dev.espalier.engine.constrain.vocabulary.VocabularyTrie;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which states can still reach the end. If every byte is a token of its own these are all states of
 * a reduced automaton; for other vocabularies the tokens decide.
 */
final class TokenReachability {
  private TokenReachability() {}

  /** The states from which tokens lead to an accepting state. */
  static BitSet coaccessible(ByteTable table, VocabularyTrie vocabulary, CompilationBudget budget) {
    int states = table.stateCount();
    List<Set<Integer>> predecessors = new ArrayList<>(states);
    for (int state = 0; state < states; state++) {
      predecessors.add(new HashSet<>());
    }
    BitSet visited = new BitSet(states);
    visited.set(0);
    BitSet pending = (BitSet) visited.clone();
    while (!pending.isEmpty()) {
      int state = pending.nextSetBit(0);
      pending.clear(state);
      int looked =
          table.walk(
              state,
              vocabulary,
              VocabularyTrie.Part.ALL,
              (target, from, to) -> {
                predecessors.get(target).add(state);
                if (!visited.get(target)) {
                  visited.set(target);
                  pending.set(target);
                }
              });
      budget.spend(looked);
    }
    BitSet reaching = new BitSet(states);
    for (int state = visited.nextSetBit(0); state >= 0; state = visited.nextSetBit(state + 1)) {
      if (table.accepts(state)) {
        reaching.set(state);
      }
    }
    pending.or(reaching);
    while (!pending.isEmpty()) {
      int state = pending.nextSetBit(0);
      pending.clear(state);
      for (int before : predecessors.get(state)) {
        if (!reaching.get(before)) {
          reaching.set(before);
          pending.set(before);
        }
      }
    }
    return reaching;
  }
}
