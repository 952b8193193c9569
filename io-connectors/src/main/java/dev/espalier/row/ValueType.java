package dev.espalier.row;

import java.io.Serializable;

/** The type of a named value, and so of its column. */
public sealed interface ValueType extends Serializable {
  ValueType STRING = Scalar.STRING;
  ValueType INTEGER = Scalar.INTEGER;
  ValueType NUMBER = Scalar.NUMBER;
  ValueType BOOLEAN = Scalar.BOOLEAN;

  /** One value. */
  enum Scalar implements ValueType {
    /** A {@link String}. */
    STRING,
    /** A {@link Long}. */
    INTEGER,
    /** A {@link Double}. */
    NUMBER,
    /** A {@link Boolean}. */
    BOOLEAN
  }
}
