package dev.espalier.engine.constrain;

import dev.espalier.engine.Constraint;
import dev.espalier.engine.ConstraintChecker;
import dev.espalier.engine.ConstraintException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.ShortestOutput;
import dev.espalier.engine.constrain.ReadConstraint.Label;
import dev.espalier.engine.constrain.automaton.AutomatonLimitException;
import dev.espalier.engine.constrain.automaton.CompilationBudget;
import dev.espalier.engine.constrain.automaton.Dfa;
import dev.espalier.engine.constrain.automaton.SymbolSet;
import dev.espalier.engine.constrain.automaton.Utf8;
import dev.espalier.engine.constrain.grammar.Grammar;
import dev.espalier.engine.constrain.grammar.GrammarSyntaxException;
import dev.espalier.engine.constrain.network.Network;
import dev.espalier.engine.constrain.network.RuleReducer;
import dev.espalier.engine.constrain.network.RuleSet;
import dev.espalier.engine.constrain.regex.Regex;
import dev.espalier.engine.constrain.regex.RegexDialect;
import dev.espalier.engine.constrain.regex.RegexSyntaxException;
import dev.espalier.engine.constrain.regex.StopPattern;
import dev.espalier.engine.constrain.schema.SchemaCompiler;
import dev.espalier.engine.constrain.schema.SchemaException;
import java.util.List;

/**
 * Finds what is wrong with constraints whatever the tokens of the model are. Without tokens nothing
 * is known of how short an output can be. Thread-safe.
 */
public final class ConstraintSyntax implements ConstraintChecker {

  @Override
  public ShortestOutput check(Constraint constraint) {
    ReadConstraint unused = read(constraint, CompilationBudget.ofConstraint());
    return new ShortestOutput(0, 0);
  }

  @Override
  public void checkStop(String pattern) {
    try {
      StopPattern unused = StopPattern.of(pattern);
    } catch (RegexSyntaxException e) {
      throw of(ErrorCode.INVALID_PARAMETERS, "stopRegex " + quote(pattern), e);
    }
  }

  /**
   * @throws ConstraintException CONSTRAINT_INVALID, CONSTRAINT_UNSATISFIABLE if it allows no text
   */
  ReadConstraint read(Constraint constraint, CompilationBudget budget) {
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

  private static ReadConstraint jsonSchema(String schema, CompilationBudget budget) {
    Label label = new Label("JSON schema");
    try {
      SchemaCompiler.Compiled compiled = SchemaCompiler.compile(schema, budget);
      return ofRules(compiled.rules(), compiled.root(), label, budget);
    } catch (SchemaException e) {
      throw new ConstraintException(
          ErrorCode.CONSTRAINT_INVALID,
          "JSON schema, " + e.getMessage(),
          e.problem(),
          e.pointer(),
          e.positionIn(schema),
          e);
    } catch (AutomatonLimitException e) {
      throw label.tooLarge(e);
    }
  }

  private static ReadConstraint grammar(String ebnf, CompilationBudget budget) {
    Label label = new Label("Grammar");
    try {
      Grammar.Parsed grammar = Grammar.parse(ebnf, budget);
      return ofRules(grammar.rules(), grammar.root(), label, budget);
    } catch (GrammarSyntaxException e) {
      throw new ConstraintException(
          ErrorCode.CONSTRAINT_INVALID,
          "Grammar, " + e.getMessage(),
          e.problem(),
          "",
          e.position(),
          e);
    } catch (AutomatonLimitException e) {
      throw label.tooLarge(e);
    }
  }

  private static ReadConstraint regex(String pattern, CompilationBudget budget) {
    String name = "Regex " + quote(pattern);
    Label label = new Label(name, "too large in UTF-8", "lower the counts in {n,m}");
    try {
      Dfa codePoints = Regex.matching(pattern, RegexDialect.STANDARD, budget);
      return ofBytes(Utf8.INSTANCE.encode(codePoints, budget), label);
    } catch (RegexSyntaxException e) {
      throw of(ErrorCode.CONSTRAINT_INVALID, name, e);
    } catch (AutomatonLimitException e) {
      throw label.tooLarge(e);
    }
  }

  private static ReadConstraint choice(List<String> choices, CompilationBudget budget) {
    if (choices.isEmpty()) {
      throw new Label("Choice of none").invalid("give at least one", null);
    }
    for (int i = 0; i < choices.size(); i++) {
      if (!choices.get(i).codePoints().allMatch(SymbolSet.CODE_POINTS::contains)) {
        throw new Label("Choice " + i + " (of " + choices.size() + ", from 0)")
            .invalid("half of a surrogate pair", null);
      }
    }
    Label label = new Label("Choice of " + choices.size(), "too large", "give fewer");
    try {
      return ofBytes(Dfa.ofWords(choices.stream().map(Utf8::bytes).toList(), budget), label);
    } catch (AutomatonLimitException e) {
      throw label.tooLarge(e);
    }
  }

  private static ReadConstraint ofBytes(Dfa bytes, Label label) {
    if (bytes.isEmpty()) {
      throw label.unsatisfiable("matches no text at all");
    }
    return new ReadConstraint.OfBytes(label, bytes);
  }

  private static ReadConstraint ofRules(
      RuleSet rules, int root, Label label, CompilationBudget budget) {
    if (!rules.productive(root, budget).get(root)) {
      throw label.unsatisfiable("derives no text at all");
    }
    Network network = RuleReducer.reduce(rules, root, budget);
    if (network.asAutomaton().isPresent()) {
      return ofBytes(network.asAutomaton().get(), label);
    }
    return new ReadConstraint.OfRules(label, rules, root, network);
  }

  private static ConstraintException of(ErrorCode code, String name, RegexSyntaxException e) {
    return new ConstraintException(
        code,
        name + ", position " + e.position() + ": " + e.getMessage(),
        e.getMessage(),
        "",
        e.position(),
        e);
  }

  private static String quote(String text) {
    int end = Math.min(text.length(), 200);
    return "'" + text.substring(0, end) + (end < text.length() ? "…'" : "'");
  }
}
