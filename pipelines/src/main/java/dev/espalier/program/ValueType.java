package dev.espalier.program;

/** The type of a named value, and so of its column. */
public enum ValueType {
  /** A {@link String}. */
  STRING,
  /** A {@link Long}. */
  INTEGER,
  /** A {@link Double}. */
  NUMBER,
  /** A {@link Boolean}. */
  BOOLEAN
}
