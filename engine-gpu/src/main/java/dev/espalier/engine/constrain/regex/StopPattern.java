package dev.espalier.engine.constrain.regex;

import dev.espalier.engine.constrain.automaton.CompilationBudget;
import dev.espalier.engine.constrain.automaton.Dfa;
import java.util.function.IntPredicate;

/**
 * A pattern that ends an output. Immutable.
 *
 * @param atStart accepts the pattern at the start of a text
 * @param later accepts one code point and then the pattern
 * @param anywhere accepts texts that end with the pattern
 */
public record StopPattern(Dfa atStart, Dfa later, Dfa anywhere) {

  /**
   * @throws RegexSyntaxException if the pattern is malformed, not supported or too large
   */
  public static StopPattern of(String pattern) {
    // Any code point before it keeps anchors at the start of the text from matching.
    CompilationBudget budget = CompilationBudget.ofConstraint();
    return new StopPattern(
        Regex.matching(pattern, RegexDialect.STANDARD, budget),
        Regex.matching("[\\s\\S](?:" + pattern + ")", RegexDialect.STANDARD, budget),
        Regex.matching("[\\s\\S]*(?:" + pattern + ")", RegexDialect.STANDARD, budget));
  }

  /**
   * Where the longest match begins that ends at {@code end} and counts; -1 if none does.
   *
   * @param codePoints a text that {@link #anywhere} accepts up to {@code end}
   * @param counts whether a match counts that begins at a code point
   */
  public int startOfMatch(int[] codePoints, int end, IntPredicate counts) {
    for (int start = 0; start <= end; start++) {
      boolean matches =
          start == 0
              ? matches(atStart, codePoints, 0, end)
              : matches(later, codePoints, start - 1, end);
      if (matches && counts.test(start)) {
        return start;
      }
    }
    return -1;
  }

  private static boolean matches(Dfa dfa, int[] codePoints, int from, int to) {
    int state = dfa.isEmpty() ? -1 : 0;
    for (int i = from; i < to && state >= 0; i++) {
      state = dfa.step(state, codePoints[i]);
    }
    return state >= 0 && dfa.accepts(state);
  }
}
