package dev.espalier.engine.constrain.automaton;

/**
 * What compiling one constraint may cost, counted and never timed, so that a constraint is refused
 * on every machine or on none. A step is about one visit of an edge; the defaults end within about
 * a second, and with the limits of {@link Nfa} and {@link Dfa} within about 100 MB. Not
 * thread-safe.
 */
public final class CompilationBudget {
  private static final long STEPS = 100_000_000;
  private static final long BYTES = 48L << 20;

  private final CompilationBudget whole;
  private final long allowedSteps;
  private long steps;
  private long bytes;

  private CompilationBudget(CompilationBudget whole, long allowedSteps) {
    this.whole = whole;
    this.allowedSteps = allowedSteps;
  }

  /** The budget of one constraint. */
  public static CompilationBudget ofConstraint() {
    return new CompilationBudget(null, STEPS);
  }

  /**
   * The budget of an attempt, which may fail without the whole failing: a part of the steps, which
   * the whole pays for, and as many bytes, which it does not.
   */
  public CompilationBudget attempt(int divisor) {
    return new CompilationBudget(this, allowedSteps / divisor);
  }

  /**
   * @throws AutomatonLimitException if that is more than is left
   */
  public void spend(long count) {
    steps += count;
    if (steps > allowedSteps) {
      throw new AutomatonLimitException("more than " + allowedSteps + " steps to compile it");
    }
    if (whole != null) {
      whole.spend(count);
    }
  }

  /**
   * Counts {@code dfa} among what is kept until the end.
   *
   * @throws AutomatonLimitException if all of it takes more bytes than allowed
   */
  public Dfa keep(Dfa dfa) {
    bytes += dfa.sizeInBytes();
    if (bytes > BYTES) {
      throw new AutomatonLimitException("automata of more than " + BYTES + " bytes");
    }
    return dfa;
  }
}
