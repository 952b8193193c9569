package dev.espalier.engine;

/**
 * A constraint or a stop pattern that cannot be used. The message tells the constraint, the place
 * in it and the problem.
 */
public final class ConstraintException extends EngineException {
  private final String problem;
  private final String pointer;
  private final int position;

  /**
   * @param message for those who do not see the constraint
   * @param problem for those who see it, and the place in it
   * @param pointer JSON pointer into a schema; "" for other constraints and for a schema as a whole
   * @param position index of the first UTF-16 unit at fault in a pattern, a schema or a grammar, or
   *     -1 if it is no single place
   */
  public ConstraintException(
      ErrorCode code,
      String message,
      String problem,
      String pointer,
      int position,
      Throwable cause) {
    super(code, message, cause);
    this.problem = problem;
    this.pointer = pointer;
    this.position = position;
  }

  /** What is wrong, without the place. */
  public String problem() {
    return problem;
  }

  /** JSON pointer to what is at fault in a schema; "" for other constraints. */
  public String pointer() {
    return pointer;
  }

  /** Index of the first UTF-16 unit at fault in the constraint's text, or -1. */
  public int position() {
    return position;
  }

  /** The same, thrown again. */
  public ConstraintException again() {
    return new ConstraintException(code(), getMessage(), problem, pointer, position, this);
  }
}
