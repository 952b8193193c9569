package dev.espalier.engine.constrain.grammar;

/** A grammar that is malformed, or that asks for something that is not supported. */
public final class GrammarSyntaxException extends RuntimeException {
  private final String problem;
  private final int position;

  GrammarSyntaxException(int position, int line, int column, String problem) {
    super("line " + line + ", column " + column + ": " + problem);
    this.problem = problem;
    this.position = position;
  }

  /** What is wrong with the grammar as a whole. */
  GrammarSyntaxException(String problem) {
    super(problem);
    this.problem = problem;
    this.position = -1;
  }

  /** What is wrong, without the place. */
  public String problem() {
    return problem;
  }

  /** Index of the first UTF-16 unit at fault, from 0; -1 if it is no single place. */
  public int position() {
    return position;
  }
}
