package dev.espalier.engine.constrain;

import dev.espalier.engine.ShortestOutput;
import dev.espalier.engine.constrain.automaton.CompilationBudget;
import dev.espalier.engine.constrain.automaton.Dfa;
import dev.espalier.engine.constrain.vocabulary.Mask;
import dev.espalier.engine.constrain.vocabulary.MaskCache;
import dev.espalier.engine.constrain.vocabulary.SizedConstraint;
import dev.espalier.engine.constrain.vocabulary.VocabularyTrie;
import dev.espalier.engine.constrain.vocabulary.VocabularyTrie.Part;

/** A constraint that is one automaton over bytes. */
final class DfaConstraint implements SizedConstraint {
  private final VocabularyTrie vocabulary;
  private final MaskCache masks;
  private final ByteTable table;
  private final DfaState[] states;

  /** Of each state: the states of a class may be followed by the same short tokens. */
  private final int[] classOf;

  /**
   * @param bytes over bytes, not empty
   */
  DfaConstraint(Dfa bytes, VocabularyTrie vocabulary, MaskCache masks, CompilationBudget budget) {
    this.vocabulary = vocabulary;
    this.masks = masks;
    this.table = new ByteTable(bytes, vocabulary, budget);
    this.classOf = table.classesOfShortTokens(budget);
    this.states = new DfaState[bytes.stateCount()];
    for (int state = 0; state < states.length; state++) {
      states[state] = new DfaState(state);
    }
  }

  /** Whether tokens can spell an output at all. */
  boolean isSatisfiable() {
    return table.isUsable(0);
  }

  @Override
  public State start() {
    return states[0];
  }

  @Override
  public boolean accepts(byte[] bytes, int length) {
    int state = 0;
    for (int i = 0; i < length && state >= 0; i++) {
      state = table.next(state, bytes[i] & 0xFF);
    }
    return state >= 0 && table.accepts(state);
  }

  @Override
  public long sizeInBytes() {
    return table.sizeInBytes() + 36L * states.length;
  }

  @Override
  public ShortestOutput shortestOutput() {
    return ShortestPath.of(table, vocabulary);
  }

  private Mask mask(int state) {
    return masks.get(
        this,
        new int[] {state},
        () -> {
          long[] words = shortTokens(state).words().clone();
          table.addTokens(state, vocabulary, Part.LONG, words);
          return Mask.of(words);
        });
  }

  private Mask shortTokens(int state) {
    return masks.get(
        this,
        new int[] {~classOf[state]},
        () -> {
          long[] words = Mask.wordsFor(vocabulary.vocabularySize());
          table.addTokens(state, vocabulary, Part.SHORT, words);
          return Mask.of(words);
        });
  }

  private final class DfaState implements State {
    private final int state;

    private DfaState(int state) {
      this.state = state;
    }

    private Mask mask() {
      return DfaConstraint.this.mask(state);
    }

    @Override
    public long[] allowed() {
      return mask().words();
    }

    @Override
    public boolean mayEnd() {
      return table.accepts(state);
    }

    @Override
    public boolean isFinal() {
      return mask().count() == 0;
    }

    @Override
    public int forced() {
      return mayEnd() ? -1 : mask().only();
    }

    @Override
    public State next(int token) {
      byte[] bytes = vocabulary.bytes(token);
      int next = bytes.length == 0 ? -1 : state;
      for (int i = 0; i < bytes.length && next >= 0; i++) {
        next = table.next(next, bytes[i] & 0xFF);
      }
      if (next < 0 || !table.isUsable(next)) {
        throw new IllegalArgumentException("token " + token + " is not allowed here");
      }
      return states[next];
    }
  }
}
