package dev.espalier.jinja;

/** What {@code namespace()} gives: its attributes can be assigned to from inside loops. */
record Namespace(Dict attributes) {
  void put(String name, Object value) {
    attributes.put(name, value);
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
