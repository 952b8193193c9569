package dev.espalier.program.source;

import dev.espalier.program.RowException;
import dev.espalier.row.RowError;

/**
 * Counts what a program file does for one row, so that no row goes on without end. Used by the
 * program's thread.
 */
final class RowBudget {
  private static final int MOST_STEPS = 100_000;
  private static final long MOST_CHARACTERS = 32_000_000;

  private int steps;
  private long characters;

  /** Counts a step of the file, of whatever kind. */
  void step() {
    if (++steps > MOST_STEPS) {
      throw new RowException(
          RowError.STEP_LIMIT,
          "the program runs more than "
              + MOST_STEPS
              + " steps of its file for this row; do its loops go through too much?");
    }
  }

  /** Counts characters that templates write. */
  void charge(int more) {
    characters += more;
    if (characters > MOST_CHARACTERS) {
      throw new RowException(
          RowError.TEMPLATE_LIMIT,
          "the templates write more than " + MOST_CHARACTERS + " characters for this row");
    }
  }
}
