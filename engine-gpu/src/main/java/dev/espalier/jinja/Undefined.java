package dev.espalier.jinja;

import dev.espalier.jinja.JinjaException.Kind;

/**
 * The value of what has none.
 *
 * @param path how the template calls it; empty if it has no path
 * @param reason the message when it is used
 * @param isStrict whether it may not even be printed, asked for its truth or looped over
 */
record Undefined(Kind kind, String path, String reason, boolean isStrict) {

  static Undefined named(String name) {
    return new Undefined(Kind.UNDEFINED, name, "'" + name + "' is undefined", true);
  }

  JinjaException error() {
    return new JinjaException(kind, reason, path, 0, 0);
  }

  /** Refuses what only undefined values that are not strict allow. */
  void requireLenient() {
    if (isStrict) {
      throw error();
    }
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
