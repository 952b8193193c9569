package dev.espalier.engine.constrain;

import dev.espalier.engine.Constraint;
import dev.espalier.engine.ConstraintChecker;
import dev.espalier.engine.ConstraintException;
import dev.espalier.engine.ShortestOutput;
import dev.espalier.engine.constrain.automaton.AutomatonLimitException;
import dev.espalier.engine.constrain.automaton.CompilationBudget;
import dev.espalier.engine.constrain.network.Network;
import dev.espalier.engine.constrain.network.NetworkConstraint;
import dev.espalier.engine.constrain.network.RuleReducer;
import dev.espalier.engine.constrain.network.RuleSet;
import dev.espalier.engine.constrain.vocabulary.CompiledConstraint;
import dev.espalier.engine.constrain.vocabulary.MaskCache;
import dev.espalier.engine.constrain.vocabulary.SizedConstraint;
import dev.espalier.engine.constrain.vocabulary.VocabularyTrie;
import dev.espalier.engine.text.Tokenizer;
import java.util.BitSet;

/**
 * Compiles constraints for one vocabulary, and keeps the compiled constraints and the masks that
 * were used last. Thread-safe.
 *
 * <p>A token is allowed only if the output can still be completed after it, so a generation that is
 * not cut off always ends in an output that the constraint accepts. Characters may be split across
 * tokens; the whole output is always UTF-8 without surrogates.
 */
public final class ConstraintCompiler implements ConstraintChecker {
  private static final int MAX_CONSTRAINTS = 1024;
  private static final long MAX_CONSTRAINT_BYTES = 128L << 20;
  private static final long MAX_MASK_BYTES = 64L << 20;

  private final ConstraintSyntax syntax = new ConstraintSyntax();
  private final Tokenizer tokenizer;
  private final int vocabularySize;
  private VocabularyTrie vocabulary; // guarded by this
  private final MaskCache masks;
  private final CompiledCache compiled =
      new CompiledCache(MAX_CONSTRAINTS, MAX_CONSTRAINT_BYTES, this::compileNow);

  /**
   * Reads the tokens of {@code tokenizer} when the first constraint is compiled.
   *
   * @param vocabularySize number of logits of the model: masks have that many bits, rounded up to
   *     whole words
   */
  public ConstraintCompiler(Tokenizer tokenizer, int vocabularySize) {
    this.tokenizer = tokenizer;
    this.vocabularySize = vocabularySize;
    this.masks = new MaskCache(MAX_MASK_BYTES);
  }

  private synchronized VocabularyTrie vocabulary() {
    if (vocabulary == null) {
      vocabulary = new VocabularyTrie(tokenizer, vocabularySize);
    }
    return vocabulary;
  }

  /**
   * @throws ConstraintException {@code CONSTRAINT_INVALID} if the constraint is malformed, too
   *     large or asks for what is not supported, {@code CONSTRAINT_UNSATISFIABLE} if no output that
   *     the vocabulary can spell meets it
   */
  public CompiledConstraint compile(Constraint constraint) {
    return compiled.get(constraint);
  }

  @Override
  public ShortestOutput check(Constraint constraint) {
    return compiled.get(constraint).shortestOutput();
  }

  @Override
  public void checkStop(String pattern) {
    syntax.checkStop(pattern);
  }

  private SizedConstraint compileNow(Constraint constraint) {
    CompilationBudget budget = CompilationBudget.ofConstraint();
    ReadConstraint read = syntax.read(constraint, budget);
    try {
      if (read instanceof ReadConstraint.OfBytes bytes) {
        return ofBytes(bytes, budget);
      } else if (read instanceof ReadConstraint.OfRules rules) {
        return ofRules(rules, budget);
      }
    } catch (AutomatonLimitException e) {
      throw read.label().tooLarge(e);
    }
    throw new IllegalArgumentException("unknown: " + read);
  }

  private DfaConstraint ofBytes(ReadConstraint.OfBytes read, CompilationBudget budget) {
    DfaConstraint constraint = new DfaConstraint(read.bytes(), vocabulary(), masks, budget);
    if (!constraint.isSatisfiable()) {
      throw read.label()
          .unsatisfiable("matches only texts that the tokens of this model cannot spell");
    }
    return constraint;
  }

  private SizedConstraint ofRules(ReadConstraint.OfRules read, CompilationBudget budget) {
    Network network = read.network();
    BitSet unspelled = network.usedBytes();
    unspelled.andNot(vocabulary().singleBytes());
    if (!unspelled.isEmpty()) {
      RuleSet spelled = read.rules().restrictedTo(vocabulary().spelledBytes(), budget);
      if (!spelled.productive(read.root(), budget).get(read.root())) {
        throw read.label()
            .unsatisfiable("derives only texts with bytes that are no tokens of this model");
      }
      network = RuleReducer.reduce(spelled, read.root(), budget);
    }
    return readable(new NetworkConstraint(network, vocabulary(), masks, budget), read);
  }

  /** Finds what is too ambiguous from its beginning on; the tokens found there are kept. */
  private static SizedConstraint readable(NetworkConstraint constraint, ReadConstraint read) {
    try {
      long[] unused = constraint.start().allowed();
      return constraint;
    } catch (ConstraintException e) {
      throw read.label().invalid(e.problem(), e);
    }
  }
}
