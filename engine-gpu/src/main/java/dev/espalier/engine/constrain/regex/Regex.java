package dev.espalier.engine.constrain.regex;

import dev.espalier.engine.constrain.automaton.AutomatonLimitException;
import dev.espalier.engine.constrain.automaton.CompilationBudget;
import dev.espalier.engine.constrain.automaton.Dfa;
import dev.espalier.engine.constrain.automaton.Nfa;
import dev.espalier.engine.constrain.automaton.SymbolSet;

/**
 * Compiles a regular expression to an automaton over code points.
 *
 * <p>Supported: literals, {@code .}, classes with ranges, negation and escapes, {@code \d \w \s \D
 * \W \S}, {@code \p{…}} and {@code \P{…}} (general categories, scripts), {@code \t \n \r \f \a \e
 * \0 \cX \xNN \x{…} \\uNNNN}, quoting by {@code \Q…\E}, groups (plain, {@code (?:…)}, named),
 * alternatives, {@code * + ? {n} {n,} {n,m}} also in their lazy form, the anchors {@code ^ $ \A
 * \z}, the flags {@code i} and {@code s}. {@code $} is the end of the text only, never before a
 * last line feed. Groups capture nothing. {@code & ~ @ # < > "}, operators in some automaton
 * libraries, stand for themselves. Everything else is refused by its name.
 */
public final class Regex {
  private final Nfa nfa;

  private Regex(CompilationBudget budget) {
    nfa = new Nfa(budget);
  }

  /**
   * The texts that {@code pattern} matches from their first to their last code point.
   *
   * @throws RegexSyntaxException if the pattern is malformed, not supported or too large
   */
  public static Dfa matching(String pattern, RegexDialect dialect) {
    return matching(pattern, dialect, CompilationBudget.ofConstraint());
  }

  public static Dfa matching(String pattern, RegexDialect dialect, CompilationBudget budget) {
    return compile(pattern, dialect, false, budget);
  }

  /**
   * The texts in which {@code pattern} matches somewhere.
   *
   * @throws RegexSyntaxException if the pattern is malformed, not supported or too large
   */
  public static Dfa searching(String pattern, RegexDialect dialect) {
    return searching(pattern, dialect, CompilationBudget.ofConstraint());
  }

  public static Dfa searching(String pattern, RegexDialect dialect, CompilationBudget budget) {
    return compile(pattern, dialect, true, budget);
  }

  private static Dfa compile(
      String pattern, RegexDialect dialect, boolean search, CompilationBudget budget) {
    RegexParser parser = new RegexParser(pattern, dialect, budget);
    RegexNode node = parser.parse();
    try {
      Regex regex = new Regex(budget);
      int end = regex.nfa.addState();
      int start = 0;
      if (search) {
        start = regex.nfa.addState();
        regex.nfa.epsilon(0, start);
        regex.nfa.edge(start, SymbolSet.CODE_POINTS, start);
        regex.nfa.edge(end, SymbolSet.CODE_POINTS, end);
      }
      regex.connect(start, node, end);
      regex.nfa.accept(end);
      return regex.nfa.toDfa();
    } catch (AutomatonLimitException e) {
      throw new RegexSyntaxException(
          parser.costliestRepeat(),
          "too large, "
              + e.getMessage()
              + "; lower the counts in {n,m}, or the number of alternatives before them");
    }
  }

  /** Adds ways from {@code from} to {@code to} that read what {@code node} matches. */
  private void connect(int from, RegexNode node, int to) {
    if (node instanceof RegexNode.Characters characters) {
      nfa.edge(from, characters.set(), to);
    } else if (node instanceof RegexNode.Sequence sequence) {
      int state = from;
      for (RegexNode part : sequence.parts()) {
        int next = nfa.addState();
        connect(state, part, next);
        state = next;
      }
      nfa.epsilon(state, to);
    } else if (node instanceof RegexNode.Alternatives alternatives) {
      for (RegexNode branch : alternatives.branches()) {
        connect(from, branch, to);
      }
    } else if (node instanceof RegexNode.Repeat repeat) {
      connectRepeat(from, repeat, to);
    } else if (node instanceof RegexNode.Start) {
      nfa.epsilonAtStart(from, to);
    } else {
      nfa.epsilonAtEnd(from, to);
    }
  }

  private void connectRepeat(int from, RegexNode.Repeat repeat, int to) {
    int state = nfa.addState();
    nfa.epsilon(from, state);
    for (int i = 0; i < repeat.minimum(); i++) {
      int next = nfa.addState();
      connect(state, repeat.part(), next);
      state = next;
    }
    if (repeat.maximum() < 0) {
      int loop = nfa.addState();
      nfa.epsilon(state, loop);
      int again = nfa.addState();
      connect(loop, repeat.part(), again);
      nfa.epsilon(again, loop);
      nfa.epsilon(loop, to);
      return;
    }
    for (int i = repeat.minimum(); i < repeat.maximum(); i++) {
      int next = nfa.addState();
      nfa.epsilon(state, to);
      connect(state, repeat.part(), next);
      state = next;
    }
    nfa.epsilon(state, to);
  }
}
