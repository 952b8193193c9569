package dev.espalier.engine.constrain.regex;

import dev.espalier.engine.constrain.automaton.SymbolSet;
import java.util.List;

/** A parsed regular expression. */
sealed interface RegexNode {

  /** One code point of a set. */
  record Characters(SymbolSet set) implements RegexNode {}

  record Sequence(List<RegexNode> parts) implements RegexNode {}

  record Alternatives(List<RegexNode> branches) implements RegexNode {}

  /**
   * @param maximum -1 is without end
   */
  record Repeat(RegexNode part, int minimum, int maximum) implements RegexNode {}

  /** {@code ^}: nothing was read before. */
  record Start() implements RegexNode {}

  /** {@code $}: nothing is left to read. */
  record End() implements RegexNode {}
}
