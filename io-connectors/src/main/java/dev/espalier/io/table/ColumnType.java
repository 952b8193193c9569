package dev.espalier.io.table;

/** The type of a value, and of a column: the least type that all of its values fit. */
public enum ColumnType {
  /** Of a null that nothing else is known about. A column of these alone is written as text. */
  UNKNOWN('U'),
  /** A {@link Boolean}. */
  BOOLEAN('B'),
  /** A {@link Long}. */
  INTEGER('I'),
  /** A {@link Double}. */
  NUMBER('N'),
  /** A {@link String}. */
  STRING('S');

  private final char tag;

  ColumnType(char tag) {
    this.tag = tag;
  }

  /** Stands for the type in encoded records. */
  char tag() {
    return tag;
  }

  static ColumnType ofTag(int tag) {
    for (ColumnType type : values()) {
      if (type.tag == tag) {
        return type;
      }
    }
    throw new IllegalArgumentException("not a column type: tag " + tag);
  }

  /**
   * The type of a column that holds both. Integers become numbers beside numbers (to the nearest,
   * beyond 2^53); any other two types become text. Commutative and associative.
   */
  ColumnType join(ColumnType other) {
    if (this == other || other == UNKNOWN) {
      return this;
    }
    if (this == UNKNOWN) {
      return other;
    }
    boolean numeric = isNumeric() && other.isNumeric();
    return numeric ? NUMBER : STRING;
  }

  private boolean isNumeric() {
    return this == INTEGER || this == NUMBER;
  }
}
