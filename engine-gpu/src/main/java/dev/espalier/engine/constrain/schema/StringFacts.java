package dev.espalier.engine.constrain.schema;

import dev.espalier.engine.constrain.automaton.Dfa;
import java.util.List;

/**
 * What a schema says about strings, as code points after escapes are read.
 *
 * @param maxLength in code points; -1 is without end
 * @param matching automata that accept the string
 * @param notMatching automata that do not
 */
record StringFacts(int minLength, int maxLength, List<Dfa> matching, List<Dfa> notMatching) {
  static final StringFacts NONE = new StringFacts(0, -1, List.of(), List.of());

  StringFacts and(StringFacts other) {
    return new StringFacts(
        Math.max(minLength, other.minLength),
        ArrayFacts.smaller(maxLength, other.maxLength),
        Lists.join(matching, other.matching),
        Lists.join(notMatching, other.notMatching));
  }

  boolean isNone() {
    return equals(NONE);
  }

  boolean holds(String text) {
    int length = text.codePointCount(0, text.length());
    return length >= minLength
        && (maxLength < 0 || length <= maxLength)
        && matching.stream().allMatch(dfa -> dfa.matches(text))
        && notMatching.stream().noneMatch(dfa -> dfa.matches(text));
  }
}
