package dev.espalier.engine.constrain;

import dev.espalier.engine.constrain.automaton.BoundedEquivalence;
import dev.espalier.engine.constrain.automaton.CompilationBudget;
import dev.espalier.engine.constrain.automaton.Dfa;
import dev.espalier.engine.constrain.vocabulary.VocabularyTrie;
import dev.espalier.engine.constrain.vocabulary.VocabularyTrie.Part;
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

  ByteTable(Dfa dfa, VocabularyTrie vocabulary, CompilationBudget budget) {
    budget.spend(2L * dfa.stateCount() * dfa.classCount());
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
      usable.and(TokenReachability.coaccessible(this, vocabulary, budget));
    }
  }

  int stateCount() {
    return accepting.length;
  }

  /** The state after {@code symbol}, a byte, or -1. */
  int next(int state, int symbol) {
    return table[state * classCount + classOf[symbol]];
  }

  /** Classes of bytes; class 0 leads nowhere. */
  int classCount() {
    return classCount;
  }

  /** The state after a byte of a class, or -1. */
  int nextOfClass(int state, int byteClass) {
    return table[state * classCount + byteClass];
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

  /** Adds the tokens of {@code part} that lead from {@code state} to a usable state. */
  void addTokens(int state, VocabularyTrie vocabulary, Part part, long[] words) {
    walk(
        state,
        vocabulary,
        part,
        (target, from, to) -> {
          if (usable.get(target)) {
            vocabulary.addTokens(from, to, words);
          }
        });
  }

  /** The class of each state, of those that the same short tokens may follow. */
  int[] classesOfShortTokens(CompilationBudget budget) {
    return BoundedEquivalence.classes(
        new BoundedEquivalence.Automaton() {
          @Override
          public int stateCount() {
            return accepting.length;
          }

          @Override
          public int classCount(int state) {
            return classCount;
          }

          @Override
          public int next(int state, int symbolClass) {
            return nextOfClass(state, symbolClass);
          }

          @Override
          public int label(int state) {
            return usable.get(state) ? 1 : 0;
          }
        },
        VocabularyTrie.SHORT,
        budget);
  }

  /** Receives where tokens lead. */
  interface TokenVisitor {
    /** The tokens {@code from} to {@code to - 1}, in the order of the tree, lead to a state. */
    void visit(int target, int from, int to);
  }

  /**
   * Visits the tokens of a part of the vocabulary whose bytes can be read from {@code state}.
   *
   * @return how many nodes of the tree were looked at
   */
  int walk(int state, VocabularyTrie vocabulary, Part part, TokenVisitor visitor) {
    int looked = 0;
    int[] rowAt = new int[vocabulary.maxDepth() + 1];
    rowAt[0] = state * classCount;
    int nodes = vocabulary.nodeCount();
    int node = 1;
    while (node < nodes) {
      looked++;
      int step = vocabulary.step(node);
      int target =
          vocabulary.leadsTo(node, part)
              ? table[rowAt[(step >> 8) - 1] + classOf[step & 0xFF]]
              : -1;
      if (target < 0) {
        node = vocabulary.end(node);
        continue;
      }
      rowAt[step >> 8] = target * classCount;
      int from = vocabulary.firstToken(node);
      int to = vocabulary.firstToken(node + 1);
      if (from < to && vocabulary.endsIn(node, part)) {
        visitor.visit(target, from, to);
      }
      node++;
    }
    return looked;
  }
}
