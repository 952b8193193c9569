package dev.espalier.engine.constrain.grammar;

/** A grammar that is malformed, or that asks for something that is not supported. */
public final class GrammarSyntaxException extends RuntimeException {
  GrammarSyntaxException(int line, int column, String message) {
    super("line " + line + ", column " + column + ": " + message);
  }

  GrammarSyntaxException(String message) {
    super(message);
  }
}
