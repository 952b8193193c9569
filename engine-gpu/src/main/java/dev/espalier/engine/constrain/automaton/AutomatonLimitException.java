package dev.espalier.engine.constrain.automaton;

/** An automaton would become larger than allowed. The message says which limit was met. */
public final class AutomatonLimitException extends RuntimeException {
  public AutomatonLimitException(String message) {
    super(message);
  }
}
