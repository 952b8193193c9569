package dev.espalier.program.source;

import dev.espalier.engine.ConstraintChecker;
import java.util.Set;

/**
 * What is known, before any work, of the model that is to run a program.
 *
 * @param constraints compiles for its tokens
 * @param vocabularySize token ids are from 0 to one below
 * @param specialTokens as they are written
 * @param hasChatTemplate whether there can be turns
 */
public record TargetModel(
    ConstraintChecker constraints,
    int vocabularySize,
    Set<String> specialTokens,
    boolean hasChatTemplate) {
  public TargetModel {
    specialTokens = Set.copyOf(specialTokens);
  }
}
