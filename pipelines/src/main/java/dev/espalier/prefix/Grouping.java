package dev.espalier.prefix;

import java.util.Comparator;

/** Which rows come together, and in which order they run. Never changes an outcome. */
public enum Grouping {
  /** Rows with shared beginnings, in the depth-first order of their radix tree. */
  PREFIX,
  /** No grouping: a random order, the same on every run. For comparison. */
  NONE;

  private static final Comparator<Opening> SCATTERED =
      Comparator.<Opening>comparingLong(opening -> StableHash.of(opening.rowId()))
          .thenComparing(Opening::rowId);

  /** The order of the rows inside a range. */
  public Comparator<Opening> order() {
    return this == PREFIX ? Comparator.naturalOrder() : SCATTERED;
  }
}
