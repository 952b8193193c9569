package dev.espalier.jinja;

/** The arguments of a call, in the order of the parameters. */
@SuppressWarnings("ArrayRecordComponent") // written once, never compared
record Given(Object[] values, boolean[] present) {
  boolean has(int index) {
    return present[index];
  }

  Object get(int index) {
    return values[index];
  }

  Object get(int index, Object otherwise) {
    return present[index] ? values[index] : otherwise;
  }

  boolean isTrue(int index, Rendering rendering) {
    return present[index] && Comparison.isTrue(values[index]);
  }

  /** A whole number, as Python takes for an index. */
  long integer(int index, long otherwise) {
    return present[index] ? Numbers.index(values[index]) : otherwise;
  }

  String text(int index) {
    return Types.requireText(values[index]);
  }
}
