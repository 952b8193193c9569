package dev.espalier.engine.constrain;

import dev.espalier.engine.Constraint;
import dev.espalier.engine.ConstraintChecker;
import dev.espalier.engine.ConstraintException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.ShortestOutput;
import dev.espalier.engine.constrain.automaton.AutomatonLimitException;
import dev.espalier.engine.constrain.automaton.CompilationBudget;
import dev.espalier.engine.constrain.automaton.Dfa;
import dev.espalier.engine.constrain.automaton.SymbolSet;
import dev.espalier.engine.constrain.automaton.Utf8;
import dev.espalier.engine.constrain.grammar.Grammar;
import dev.espalier.engine.constrain.grammar.GrammarSyntaxException;
import dev.espalier.engine.constrain.network.Network;
import dev.espalier.engine.constrain.network.NetworkConstraint;
import dev.espalier.engine.constrain.network.RuleReducer;
import dev.espalier.engine.constrain.network.RuleSet;
import dev.espalier.engine.constrain.regex.Regex;
import dev.espalier.engine.constrain.regex.RegexDialect;
import dev.espalier.engine.constrain.regex.RegexSyntaxException;
import dev.espalier.engine.constrain.regex.StopPattern;
import dev.espalier.engine.constrain.schema.SchemaCompiler;
import dev.espalier.engine.constrain.schema.SchemaException;
import dev.espalier.engine.constrain.vocabulary.CompiledConstraint;
import dev.espalier.engine.constrain.vocabulary.MaskCache;
import dev.espalier.engine.constrain.vocabulary.SizedConstraint;
import dev.espalier.engine.constrain.vocabulary.VocabularyTrie;
import dev.espalier.engine.text.Tokenizer;
import java.util.BitSet;
import java.util.List;

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
    try {
      StopPattern unused = StopPattern.of(pattern);
    } catch (RegexSyntaxException e) {
      throw new ConstraintException(
          ErrorCode.INVALID_PARAMETERS,
          "stopRegex " + quote(pattern) + ", position " + e.position() + ": " + e.getMessage(),
          e.getMessage(),
          "",
          e.position(),
          e);
    }
  }

  private SizedConstraint compileNow(Constraint constraint) {
    CompilationBudget budget = CompilationBudget.ofConstraint();
    if (constraint instanceof Constraint.Regex regex) {
      return regex(regex.pattern(), budget);
    } else if (constraint instanceof Constraint.Choice choice) {
      return choice(choice.choices(), budget);
    } else if (constraint instanceof Constraint.Grammar grammar) {
      return grammar(grammar.ebnf(), budget);
    } else if (constraint instanceof Constraint.JsonSchema schema) {
      return jsonSchema(schema.schema(), budget);
    }
    throw new IllegalArgumentException("unknown: " + constraint);
  }

  private SizedConstraint jsonSchema(String schema, CompilationBudget budget) {
    try {
      SchemaCompiler.Compiled compiled = SchemaCompiler.compile(schema, budget);
      return ofRules(compiled.rules(), compiled.root(), "JSON schema", budget);
    } catch (SchemaException e) {
      throw new ConstraintException(
          ErrorCode.CONSTRAINT_INVALID,
          "JSON schema, " + e.getMessage(),
          e.problem(),
          e.pointer(),
          e.positionIn(schema),
          e);
    } catch (AutomatonLimitException e) {
      throw tooLarge("JSON schema", e);
    }
  }

  private SizedConstraint grammar(String ebnf, CompilationBudget budget) {
    try {
      Grammar.Parsed grammar = Grammar.parse(ebnf, budget);
      return ofRules(grammar.rules(), grammar.root(), "Grammar", budget);
    } catch (GrammarSyntaxException e) {
      throw new ConstraintException(
          ErrorCode.CONSTRAINT_INVALID,
          "Grammar, " + e.getMessage(),
          e.problem(),
          "",
          e.position(),
          e);
    }
  }

  private SizedConstraint regex(String pattern, CompilationBudget budget) {
    try {
      Dfa codePoints = Regex.matching(pattern, RegexDialect.STANDARD, budget);
      return ofBytes(Utf8.INSTANCE.encode(codePoints, budget), "Regex " + quote(pattern), budget);
    } catch (RegexSyntaxException e) {
      throw new ConstraintException(
          ErrorCode.CONSTRAINT_INVALID,
          "Regex " + quote(pattern) + ", position " + e.position() + ": " + e.getMessage(),
          e.getMessage(),
          "",
          e.position(),
          e);
    } catch (AutomatonLimitException e) {
      throw invalid(
          "Regex " + quote(pattern),
          "too large in UTF-8, " + e.getMessage() + "; lower the counts in {n,m}",
          e);
    }
  }

  private SizedConstraint choice(List<String> choices, CompilationBudget budget) {
    if (choices.isEmpty()) {
      throw invalid("Choice of none", "give at least one", null);
    }
    for (int i = 0; i < choices.size(); i++) {
      if (!choices.get(i).codePoints().allMatch(SymbolSet.CODE_POINTS::contains)) {
        throw invalid(
            "Choice " + i + " (of " + choices.size() + ", from 0)",
            "half of a surrogate pair",
            null);
      }
    }
    try {
      Dfa bytes = Dfa.ofWords(choices.stream().map(Utf8::bytes).toList(), budget);
      return ofBytes(bytes, "Choice of " + choices.size(), budget);
    } catch (AutomatonLimitException e) {
      throw invalid(
          "Choice of " + choices.size(), "too large, " + e.getMessage() + "; give fewer", e);
    }
  }

  /**
   * @param name of the constraint, for messages
   */
  private SizedConstraint ofBytes(Dfa bytes, String name, CompilationBudget budget) {
    if (bytes.isEmpty()) {
      throw unsatisfiable(name, "matches no text at all");
    }
    DfaConstraint constraint = new DfaConstraint(bytes, vocabulary(), masks, budget);
    if (!constraint.isSatisfiable()) {
      throw unsatisfiable(name, "matches only texts that the tokens of this model cannot spell");
    }
    return constraint;
  }

  /**
   * @param name of the constraint, for messages
   */
  private SizedConstraint ofRules(RuleSet rules, int root, String name, CompilationBudget budget) {
    try {
      if (!rules.productive(root, budget).get(root)) {
        throw unsatisfiable(name, "derives no text at all");
      }
      Network network = RuleReducer.reduce(rules, root, budget);
      if (network.asAutomaton().isPresent()) {
        return ofBytes(network.asAutomaton().get(), name, budget);
      }
      BitSet unspelled = network.usedBytes();
      unspelled.andNot(vocabulary().singleBytes());
      if (!unspelled.isEmpty()) {
        RuleSet spelled = rules.restrictedTo(vocabulary().spelledBytes(), budget);
        if (!spelled.productive(root, budget).get(root)) {
          throw unsatisfiable(
              name, "derives only texts with bytes that are no tokens of this model");
        }
        network = RuleReducer.reduce(spelled, root, budget);
      }
      return readable(new NetworkConstraint(network, vocabulary(), masks, budget), name);
    } catch (AutomatonLimitException e) {
      throw tooLarge(name, e);
    }
  }

  /** Finds what is too ambiguous from its beginning on; the tokens found there are kept. */
  private static SizedConstraint readable(NetworkConstraint constraint, String name) {
    try {
      long[] unused = constraint.start().allowed();
      return constraint;
    } catch (ConstraintException e) {
      throw invalid(name, e.problem(), e);
    }
  }

  private static ConstraintException tooLarge(String name, AutomatonLimitException e) {
    return invalid(name, "too large, " + e.getMessage() + "; lower its counts and bounds", e);
  }

  /** What is wrong with the constraint as a whole. */
  private static ConstraintException invalid(String name, String problem, Throwable cause) {
    return new ConstraintException(
        ErrorCode.CONSTRAINT_INVALID, name + ": " + problem, problem, "", -1, cause);
  }

  private static ConstraintException unsatisfiable(String name, String problem) {
    return new ConstraintException(
        ErrorCode.CONSTRAINT_UNSATISFIABLE, name + " " + problem, problem, "", -1, null);
  }

  private static String quote(String text) {
    int end = Math.min(text.length(), 200);
    return "'" + text.substring(0, end) + (end < text.length() ? "…'" : "'");
  }
}
