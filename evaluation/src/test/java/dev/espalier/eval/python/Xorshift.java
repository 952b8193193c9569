package dev.espalier.eval.python;

/** Chooses the arguments of calls here as in the script that wrote down their results. */
final class Xorshift {
  private long state;

  Xorshift(long state) {
    this.state = state;
  }

  long below(long bound) {
    state ^= state << 13;
    state ^= state >>> 7;
    state ^= state << 17;
    return (state >>> 1) % bound;
  }
}
