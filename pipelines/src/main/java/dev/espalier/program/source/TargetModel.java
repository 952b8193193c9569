package dev.espalier.program.source;

import dev.espalier.engine.ConstraintChecker;
import java.util.Optional;
import java.util.Set;

/**
 * What is known, before any work, of the model that is to run a program.
 *
 * @param constraints compiles for its tokens
 * @param vocabularySize token ids are from 0 to one below
 * @param specialTokens as they are written; empty if they are not known
 * @param turns what its chat template makes of them
 */
public record TargetModel(
    ConstraintChecker constraints,
    int vocabularySize,
    Optional<Set<String>> specialTokens,
    Turns turns) {

  /** What becomes of the turns of a conversation. */
  public enum Turns {
    /** There is no chat template. */
    NO_TEMPLATE,
    /** The chat template writes nothing. */
    NOTHING,
    /** The chat template leaves out what the user says. */
    NO_CONTENT,
    /** They are written. */
    WRITTEN
  }

  public TargetModel {
    specialTokens = specialTokens.map(Set::copyOf);
  }

  /**
   * One of which nothing is known, so that only what is wrong for every model is found.
   *
   * @param syntax finds what is wrong with constraints whatever the tokens are
   */
  public static TargetModel unknown(ConstraintChecker syntax) {
    return new TargetModel(syntax, Integer.MAX_VALUE, Optional.empty(), Turns.WRITTEN);
  }
}
