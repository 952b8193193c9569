package dev.espalier.engine.constrain;

import dev.espalier.engine.constrain.automaton.Dfa;
import dev.espalier.engine.constrain.vocabulary.Mask;
import dev.espalier.engine.constrain.vocabulary.VocabularyTrie;
import java.util.Arrays;
import java.util.BitSet;

/** The table of an automaton over bytes, laid out to be walked by a vocabulary. Immutable. */
final class ByteTable {
  private final int classCount;
  private final int[] classOf = new int[256];

  /** (state, class) to the next state, or -1; class 0 is of the bytes that no edge reads. */
  private final int[] table;

  private final boolean[] accepting;

  /** The states in which a token may end: from them tokens lead to an accepting state. */
  private final BitSet usable;

  ByteTable(Dfa dfa, VocabularyTrie vocabulary) {
    classCount = dfa.classCount() + 1;
    for (int symbol = 0; symbol < 256; symbol++) {
      classOf[symbol] = dfa.classOf(symbol) + 1;
    }
    accepting = new boolean[dfa.stateCount()];
    table = new int[accepting.length * classCount];
    Arrays.fill(table, -1);
    for (int state = 0; state < accepting.length; state++) {
      accepting[state] = dfa.accepts(state);
      for (int c = 0; c < dfa.classCount(); c++) {
        table[state * classCount + c + 1] = dfa.next(state, c);
      }
    }
    BitSet unspelled = new BitSet(256);
    for (int symbol = 0; symbol < 256; symbol++) {
      if (classOf[symbol] > 0) {
        unspelled.set(symbol);
      }
    }
    unspelled.andNot(vocabulary.singleBytes());
    usable = new BitSet(accepting.length);
    usable.set(0, accepting.length);
    if (!unspelled.isEmpty()) {
      usable.and(TokenReachability.coaccessible(this, vocabulary));
    }
  }

  int stateCount() {
    return accepting.length;
  }

  /** The state after {@code symbol}, a byte, or -1. */
  int next(int state, int symbol) {
    return table[state * classCount + classOf[symbol]];
  }

  boolean accepts(int state) {
    return accepting[state];
  }

  boolean isUsable(int state) {
    return usable.get(state);
  }

  long sizeInBytes() {
    return 4L * table.length + accepting.length;
  }

  /** The tokens that lead from {@code state} to a usable state. */
  Mask mask(int state, VocabularyTrie vocabulary) {
    long[] words = Mask.wordsFor(vocabulary.vocabularySize());
    walk(
        state,
        vocabulary,
        (target, from, to) -> {
          if (usable.get(target)) {
            vocabulary.addTokens(from, to, words);
          }
        });
    return Mask.of(words);
  }

  /** Receives where tokens lead. */
  interface TokenVisitor {
    /** The tokens {@code from} to {@code to - 1}, in the order of the tree, lead to a state. */
    void visit(int target, int from, int to);
  }

  /** Visits all nodes of the vocabulary whose bytes can be read from {@code state}. */
  void walk(int state, VocabularyTrie vocabulary, TokenVisitor visitor) {
    int[] rowAt = new int[vocabulary.maxDepth() + 1];
    rowAt[0] = state * classCount;
    int nodes = vocabulary.nodeCount();
    int node = 1;
    int from = vocabulary.firstToken(1);
    while (node < nodes) {
      int step = vocabulary.step(node);
      int target = table[rowAt[(step >> 8) - 1] + classOf[step & 0xFF]];
      if (target < 0) {
        node = vocabulary.end(node);
        from = vocabulary.firstToken(node);
        continue;
      }
      rowAt[step >> 8] = target * classCount;
      int to = vocabulary.firstToken(++node);
      if (from < to) {
        visitor.visit(target, from, to);
        from = to;
      }
    }
  }
}
