package dev.espalier.jinja;

/** The local variables of one activation of a template, a macro or a recursive loop. */
final class Frame {
  /** What a variable holds that was not given a value. */
  static final Object MISSING = new Object();

  /** What a variable holds until it is read for the first time: a free name. */
  record Free(String name) {}

  final Frame outer;
  final Object[] variables;

  Frame(Frame outer, int size) {
    this.outer = outer;
    this.variables = new Object[size];
    java.util.Arrays.fill(variables, MISSING);
  }

  Frame up(int hops) {
    Frame frame = this;
    for (int i = 0; i < hops; i++) {
      frame = frame.outer;
    }
    return frame;
  }
}
