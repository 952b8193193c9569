package dev.espalier.engine.text.pattern;

import java.util.BitSet;
import java.util.List;

/** A regular expression as far as the ways to match it are concerned. */
sealed interface Expression {

  /**
   * One character.
   *
   * @param samples which of the sample characters it may be
   */
  record One(BitSet samples) implements Expression {}

  record Sequence(List<Expression> parts) implements Expression {}

  record Alternatives(List<Expression> branches) implements Expression {}

  /**
   * @param most Integer.MAX_VALUE for no bound
   */
  record Repeat(Expression part, int least, int most) implements Expression {}

  /**
   * A counted repetition of one character that is repeated again, such as {@code x{1,3}+}: it can
   * be divided in exponentially many ways, unless nothing behind it can fail.
   */
  record Recounted(One part) implements Expression {}

  /** What matches no character but may fail: an anchor, or what stands before or behind. */
  record Condition() implements Expression {}
}
