package dev.espalier.program.source;

import dev.espalier.engine.ConstraintChecker;
import java.util.Set;

/**
 * What is known, before any work, of the model that is to run a program.
 *
 * @param constraints compiles for its tokens
 * @param vocabularySize token ids are from 0 to one below
 * @param specialTokens as they are written
 * @param turns what its chat template makes of them
 */
public record TargetModel(
    ConstraintChecker constraints, int vocabularySize, Set<String> specialTokens, Turns turns) {

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
    specialTokens = Set.copyOf(specialTokens);
  }
}
