package dev.espalier.engine.constrain.vocabulary;

/**
 * A {@link dev.espalier.engine.Constraint} compiled for one vocabulary. Immutable for its callers
 * and thread-safe; one is shared by all requests with the same constraint.
 */
public interface CompiledConstraint {

  /** Before the first byte of the output. */
  State start();

  /** Whether the first {@code length} of {@code bytes} are an output that meets the constraint. */
  boolean accepts(byte[] bytes, int length);

  /** A place in the constraint after some output. Immutable for its callers and thread-safe. */
  interface State {

    /**
     * Which tokens may come next: bit {@code t & 63} of word {@code t >> 6} for token {@code t}.
     * Tokens that end an output are never set; see {@link #mayEnd}. Shared: not to be changed.
     */
    long[] allowed();

    /** Whether the output may end here. */
    boolean mayEnd();

    /** Whether no token may come next. */
    boolean isFinal();

    /**
     * The only token that may come next if there is exactly one and the output may not end, else
     * -1.
     */
    int forced();

    /**
     * The place after {@code token}.
     *
     * @throws IllegalArgumentException if {@code token} is not allowed here
     */
    State next(int token);
  }
}
