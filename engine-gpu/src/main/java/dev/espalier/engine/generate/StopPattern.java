package dev.espalier.engine.generate;

import dev.espalier.engine.constrain.automaton.Dfa;

/**
 * A pattern that ends an output. Immutable.
 *
 * @param atStart accepts the pattern at the start of a text
 * @param later accepts one code point and then the pattern
 * @param anywhere accepts texts that end with the pattern
 */
record StopPattern(Dfa atStart, Dfa later, Dfa anywhere) {

  /**
   * Where the longest match begins that ends at {@code end}.
   *
   * @param codePoints a text that {@link #anywhere} accepts up to {@code end}
   */
  int startOfMatch(int[] codePoints, int end) {
    if (matches(atStart, codePoints, 0, end)) {
      return 0;
    }
    for (int start = 1; start < end; start++) {
      if (matches(later, codePoints, start - 1, end)) {
        return start;
      }
    }
    return end;
  }

  private static boolean matches(Dfa dfa, int[] codePoints, int from, int to) {
    int state = dfa.isEmpty() ? -1 : 0;
    for (int i = from; i < to && state >= 0; i++) {
      state = dfa.step(state, codePoints[i]);
    }
    return state >= 0 && dfa.accepts(state);
  }
}
