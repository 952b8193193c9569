package dev.espalier.engine.constrain;

import dev.espalier.engine.constrain.vocabulary.VocabularyTrie;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Which states can still reach the end. If every byte is a token of its own these are all states of
 * a reduced automaton; for other vocabularies the tokens decide.
 */
final class TokenReachability {
  private TokenReachability() {}

  /** The states from which tokens lead to an accepting state. */
  static BitSet coaccessible(ByteTable table, VocabularyTrie vocabulary) {
    int states = table.stateCount();
    List<BitSet> predecessors = new ArrayList<>(states);
    for (int state = 0; state < states; state++) {
      predecessors.add(new BitSet());
    }
    BitSet visited = new BitSet(states);
    visited.set(0);
    BitSet pending = (BitSet) visited.clone();
    while (!pending.isEmpty()) {
      int state = pending.nextSetBit(0);
      pending.clear(state);
      table.walk(
          state,
          vocabulary,
          VocabularyTrie.Part.ALL,
          (target, from, to) -> {
            predecessors.get(target).set(state);
            if (!visited.get(target)) {
              visited.set(target);
              pending.set(target);
            }
          });
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
      BitSet before = (BitSet) predecessors.get(state).clone();
      before.andNot(reaching);
      reaching.or(before);
      pending.or(before);
    }
    return reaching;
  }
}
