package dev.espalier.engine.constrain.network;

import dev.espalier.engine.ConstraintException;
import dev.espalier.engine.ErrorCode;

/**
 * Counts the steps of reading texts through a network: places and callers that are found, also
 * those that are known already. Reading takes about the cube of a text's length where a grammar is
 * as ambiguous as can be, so there is an end to it. Not thread-safe.
 */
final class ParseSteps {
  private final long most;
  private long taken;

  ParseSteps(long most) {
    this.most = most;
  }

  /**
   * @throws ConstraintException CONSTRAINT_INVALID if these are too many
   */
  void take(long count) {
    taken += count;
    if (taken > most) {
      String problem =
          "too ambiguous: to find what may follow takes more than "
              + most
              + " steps; write its rules so that a text is derived in few ways";
      throw new ConstraintException(
          ErrorCode.CONSTRAINT_INVALID, "The constraint is " + problem, problem, "", -1, null);
    }
  }

  long taken() {
    return taken;
  }
}
