package dev.espalier.engine;

/** Compiles constraints before there is a request that has them. Thread-safe. */
public interface ConstraintChecker {

  /**
   * Says whether {@code constraint} can be compiled, and what it asks for at least.
   *
   * @throws ConstraintException CONSTRAINT_INVALID if it is malformed, too large or asks for what
   *     is not supported, CONSTRAINT_UNSATISFIABLE if no output meets it
   */
  ShortestOutput check(Constraint constraint);

  /**
   * Says whether {@code pattern} can end an output; see {@link SamplingParameters#stopRegex}.
   *
   * @throws ConstraintException INVALID_PARAMETERS if it is malformed, too large or asks for what
   *     is not supported
   */
  void checkStop(String pattern);
}
