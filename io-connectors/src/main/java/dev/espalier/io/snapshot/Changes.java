package dev.espalier.io.snapshot;

import java.io.Serializable;

/**
 * How many rows of a snapshot are not as they were in the one before.
 *
 * @param added that were not there
 * @param changed with other content
 * @param deleted that are gone
 */
public record Changes(long added, long changed, long deleted) implements Serializable {
  /** None. */
  public static final Changes NONE = new Changes(0, 0, 0);
}
